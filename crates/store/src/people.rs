//! A tenant's people as those see them who look after them: whatever contract knows a person, and all enrolments of each.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, Query, SelectStatement},
};
use timbre_domain::{
    contract::Contract,
    device,
    ids::{EnrolmentId, SubjectId, TenantId},
    lockout::Lockout,
    profile::{ProfileKind, ProfileStatus},
    quality::{self, Measured, Quality},
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
    pub quality: Quality,
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
            found = found.filter(subjects::Column::Id.is_in(self.led_to(tenant, text).await?));
        }
        if let Some(contract) = filter.contract {
            found = found.filter(match contract {
                Contract::Biometrid => Expr::exists(profile_of_each(tenant, None)).not(),
                Contract::Azure => Expr::exists(profile_of_each(tenant, Some(false))),
                Contract::Deepaffects => Expr::exists(profile_of_each(tenant, Some(true))),
            });
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

    /// Ids of those whom a text may lead to. Each way is a look into an index of its own: no database finds all ways at once by their indexes.
    async fn led_to(&self, tenant: TenantId, text: &str) -> Result<Vec<String>, StoreError> {
        let mut ids = vec![text.to_lowercase()];
        let reference = self.subject_of_reference(tenant, text).await?;
        let device = self.subject_of_device(tenant, &device::address(text)).await?;
        ids.extend(reference.into_iter().chain(device).map(|found| found.id.to_string()));
        let enrolled = match Uuid::parse_str(text) {
            Ok(id) => self.subject_of_enrolment(tenant, EnrolmentId(id)).await?,
            Err(_) => {
                let speaker = self.profile_called(tenant, ProfileKind::Speaker, text).await?;
                speaker.map(|profile| profile.subject)
            }
        };
        ids.extend(enrolled.map(|id| id.to_string()));
        Ok(ids)
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

/// The profiles of whoever is looked at: of speakers, of others, or of either kind.
fn profile_of_each(tenant: TenantId, speakers: Option<bool>) -> SelectStatement {
    let mut query = Query::select();
    query
        .expr(Expr::val(1))
        .from(enrolments::Entity)
        .inner_join(
            profiles::Entity,
            Expr::col((profiles::Entity, profiles::Column::EnrolmentId))
                .equals((enrolments::Entity, enrolments::Column::Id)),
        )
        .and_where(Expr::col((enrolments::Entity, enrolments::Column::TenantId)).eq(tenant.0))
        .and_where(
            Expr::col((enrolments::Entity, enrolments::Column::SubjectId))
                .equals((subjects::Entity, subjects::Column::Id)),
        );
    let (kind, speaker) =
        (Expr::col((profiles::Entity, profiles::Column::Kind)), ProfileKind::Speaker.name());
    match speakers {
        None => {}
        Some(true) => drop(query.and_where(kind.eq(speaker))),
        Some(false) => drop(query.and_where(kind.ne(speaker))),
    }
    query
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
    let samples: u32 = row.samples.try_into().map_err(|_| StoreError::Unreadable("number of samples"))?;
    let measured = Measured { snr_db: row.snr_db, agreement: row.agreement };
    Ok(ProfileDetails {
        kind: row.kind.parse().map_err(|_| StoreError::Unreadable("kind of profile"))?,
        status: row.status.parse().map_err(|_| StoreError::Unreadable("status of a profile"))?,
        name: row.name,
        samples,
        audio_seconds: row.audio_seconds,
        speech_seconds: row.speech_seconds,
        quality: quality::of(row.speech_seconds, samples, &measured),
    })
}
