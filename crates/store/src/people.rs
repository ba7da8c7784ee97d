//! A tenant's people as those see them who look after them: whatever contract knows a person, and all enrolments of each.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Query, SelectStatement},
};
use timbre_domain::{
    contract::Contract,
    device,
    ids::{EnrolmentId, SubjectId, TenantId},
    lockout::Lockout,
    profile::{ProfileKind, ProfileStatus},
    scheme::Scheme,
};
use uuid::Uuid;

use crate::{
    Listing, Store, StoreError,
    rows::{enrolments, profiles, subjects},
};

/// Which people a list is of.
#[derive(Debug, Clone, Default)]
pub struct PeopleFilter {
    /// Only whom this leads to, exactly: our id, the tenant's reference, a device's address
    /// (however it is written), a profile's id, a speaker's name.
    pub search: Option<String>,
    pub contract: Option<Contract>,
}

/// A person and what is known of the voice.
pub struct PersonRecord {
    pub id: SubjectId,
    pub reference_id: Option<String>,
    pub mac_address: Option<String>,
    pub created_at: DateTime<Utc>,
    /// The oldest first.
    pub enrolments: Vec<EnrolmentDetails>,
}

/// An enrolment, whatever made it.
pub struct EnrolmentDetails {
    pub id: EnrolmentId,
    pub scheme: Scheme,
    pub language: String,
    pub enrolled_at: DateTime<Utc>,
    pub lockout: Lockout,
    /// Where it is filled recording by recording.
    pub profile: Option<ProfileDetails>,
}

/// How far a profile is.
pub struct ProfileDetails {
    pub kind: ProfileKind,
    pub status: ProfileStatus,
    pub name: Option<String>,
    pub samples: u32,
    pub audio_seconds: f64,
    pub speech_seconds: f64,
}

impl EnrolmentDetails {
    /// Whose words made it.
    pub fn contract(&self) -> Contract {
        match &self.profile {
            None => Contract::Biometrid,
            Some(profile) if profile.kind == ProfileKind::Speaker => Contract::Deepaffects,
            Some(_) => Contract::Azure,
        }
    }
}

impl Store {
    /// A page of a tenant's people, the newest first.
    pub async fn list_people(
        &self,
        tenant: TenantId,
        filter: &PeopleFilter,
        listing: &Listing<String>,
    ) -> Result<Vec<PersonRecord>, StoreError> {
        let mut found = subjects::Entity::find().filter(subjects::Column::TenantId.eq(tenant.0));
        if let Some(text) = &filter.search {
            found = found.filter(led_to(tenant, text));
        }
        if let Some(contract) = filter.contract {
            let with = |is: Option<bool>| subjects::Column::Id.in_subquery(with_profiles(tenant, is));
            found = match contract {
                Contract::Biometrid => {
                    found.filter(subjects::Column::Id.not_in_subquery(with_profiles(tenant, None)))
                }
                Contract::Azure => found.filter(with(Some(false))),
                Contract::Deepaffects => found.filter(with(Some(true))),
            };
        }
        let page = listing.of(found, subjects::Column::CreatedAt, subjects::Column::Id);
        let rows = page.all(&self.db).await?;
        self.with_enrolments(tenant, rows).await
    }

    /// One of a tenant's people.
    pub async fn person_details(
        &self,
        tenant: TenantId,
        id: SubjectId,
    ) -> Result<Option<PersonRecord>, StoreError> {
        let row = subjects::Entity::find_by_id(id.to_string())
            .filter(subjects::Column::TenantId.eq(tenant.0))
            .one(&self.db)
            .await?;
        Ok(self.with_enrolments(tenant, row.into_iter().collect()).await?.pop())
    }

    async fn with_enrolments(
        &self,
        tenant: TenantId,
        rows: Vec<subjects::Model>,
    ) -> Result<Vec<PersonRecord>, StoreError> {
        let theirs = enrolments::Entity::find()
            .filter(enrolments::Column::TenantId.eq(tenant.0))
            .filter(enrolments::Column::SubjectId.is_in(rows.iter().map(|row| row.id.as_str())))
            .order_by_asc(enrolments::Column::EnrolledAt)
            .order_by_asc(enrolments::Column::Id)
            .all(&self.db)
            .await?;
        let of = profiles::Entity::find()
            .filter(profiles::Column::TenantId.eq(tenant.0))
            .filter(profiles::Column::EnrolmentId.is_in(theirs.iter().map(|row| row.id)))
            .all(&self.db)
            .await?;
        let mut of: HashMap<Uuid, profiles::Model> =
            of.into_iter().map(|row| (row.enrolment_id, row)).collect();
        let mut by_person: HashMap<String, Vec<EnrolmentDetails>> = HashMap::new();
        for row in theirs {
            let profile = of.remove(&row.id).map(profile).transpose()?;
            by_person.entry(row.subject_id.clone()).or_default().push(enrolment(row, profile)?);
        }
        let person = |row: subjects::Model| {
            Ok(PersonRecord {
                id: row.id.parse().map_err(|_| StoreError::Unreadable("subject id"))?,
                enrolments: by_person.remove(&row.id).unwrap_or_default(),
                reference_id: row.reference_id,
                mac_address: row.mac_address,
                created_at: row.created_at,
            })
        };
        rows.into_iter().map(person).collect()
    }
}

/// Whom a text leads to.
fn led_to(tenant: TenantId, text: &str) -> Condition {
    let mut named = Query::select();
    named
        .column(profiles::Column::EnrolmentId)
        .from(profiles::Entity)
        .and_where(profiles::Column::TenantId.eq(tenant.0))
        .and_where(profiles::Column::Name.eq(text));
    let mut enrolled = Query::select();
    enrolled
        .column(enrolments::Column::SubjectId)
        .from(enrolments::Entity)
        .and_where(enrolments::Column::TenantId.eq(tenant.0));
    match Uuid::parse_str(text) {
        Ok(id) => enrolled.and_where(enrolments::Column::Id.eq(id)),
        Err(_) => enrolled.and_where(enrolments::Column::Id.in_subquery(named)),
    };
    Condition::any()
        .add(subjects::Column::Id.eq(text.to_lowercase()))
        .add(subjects::Column::ReferenceId.eq(text))
        .add(subjects::Column::MacAddress.eq(device::address(text)))
        .add(subjects::Column::Id.in_subquery(enrolled))
}

/// Who has profiles: speakers, others, or of either kind.
fn with_profiles(tenant: TenantId, speakers: Option<bool>) -> SelectStatement {
    let mut filled = Query::select();
    filled
        .column(profiles::Column::EnrolmentId)
        .from(profiles::Entity)
        .and_where(profiles::Column::TenantId.eq(tenant.0));
    let speaker = ProfileKind::Speaker.name();
    match speakers {
        None => {}
        Some(true) => drop(filled.and_where(profiles::Column::Kind.eq(speaker))),
        Some(false) => drop(filled.and_where(profiles::Column::Kind.ne(speaker))),
    }
    let mut people = Query::select();
    people
        .column(enrolments::Column::SubjectId)
        .from(enrolments::Entity)
        .and_where(enrolments::Column::TenantId.eq(tenant.0))
        .and_where(enrolments::Column::Id.in_subquery(filled));
    people
}

fn enrolment(
    row: enrolments::Model,
    profile: Option<ProfileDetails>,
) -> Result<EnrolmentDetails, StoreError> {
    let failed = row.failed_verifications.try_into();
    Ok(EnrolmentDetails {
        id: EnrolmentId(row.id),
        scheme: row.scheme.parse().map_err(|_| StoreError::Unreadable("scheme"))?,
        language: row.language,
        enrolled_at: row.enrolled_at,
        lockout: Lockout {
            failed: failed.map_err(|_| StoreError::Unreadable("counter of failed verifications"))?,
            locked_until: row.locked_until,
        },
        profile,
    })
}

fn profile(row: profiles::Model) -> Result<ProfileDetails, StoreError> {
    Ok(ProfileDetails {
        kind: row.kind.parse().map_err(|_| StoreError::Unreadable("kind of profile"))?,
        status: row.status.parse().map_err(|_| StoreError::Unreadable("status of a profile"))?,
        name: row.name,
        samples: row.samples.try_into().map_err(|_| StoreError::Unreadable("number of samples"))?,
        audio_seconds: row.audio_seconds,
        speech_seconds: row.speech_seconds,
    })
}
