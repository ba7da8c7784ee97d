//! A tenant's people as those see them who look after them: whatever contract knows a person, and all enrolments of each.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, Select,
    sea_query::{Expr, Query, SelectStatement, SimpleExpr},
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
        self.profile.as_ref().map_or(Contract::Biometrid, |profile| contract_of(profile.kind))
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
        let mut found = of_tenant(tenant);
        let rows = match (&filter.search, filter.contract) {
            (None, Some(contract)) => self.known_by(tenant, contract, listing).await?,
            (search, contract) => {
                if let Some(text) = search {
                    found = found.filter(subjects::Column::Id.is_in(self.led_to(tenant, text).await?));
                }
                if let Some(contract) = contract {
                    found = found.filter(made_known_by(contract));
                }
                page(found, listing).all(&self.db).await?
            }
        };
        self.with_enrolments(tenant, rows).await
    }

    /// A page of those whom a contract made known. Those of whom that is not written down yet are looked through, first: who is sorted meanwhile is
    /// found twice rather than not at all.
    async fn known_by(
        &self,
        tenant: TenantId,
        contract: Contract,
        listing: &Listing<String>,
    ) -> Result<Vec<subjects::Model>, StoreError> {
        let unsorted =
            of_tenant(tenant).filter(subjects::Column::Contract.is_null()).filter(made_known_by(contract));
        let sorted = of_tenant(tenant).filter(subjects::Column::Contract.eq(contract.name()));
        let mut found = page(unsorted, listing).all(&self.db).await?;
        found.extend(page(sorted, listing).all(&self.db).await?);
        found.sort_by(|one, other| (other.created_at, &other.id).cmp(&(one.created_at, &one.id)));
        found.dedup_by(|one, other| one.id == other.id);
        found.truncate(usize::try_from(listing.limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// Writes down which contract made people known, of some of those of whom it is not: from before it was, or from a version that does not. Says of
    /// how many. Housekeeping's: it looks at every tenant.
    pub async fn sort_people(&self, limit: u64) -> Result<u64, StoreError> {
        self.again(|| async {
            let mut unsorted = Query::select();
            unsorted
                .column(subjects::Column::Id)
                .from(subjects::Entity)
                .and_where(subjects::Column::Contract.is_null())
                .limit(limit);
            let contract = Expr::case(made_known_by(Contract::Deepaffects), Contract::Deepaffects.name())
                .case(made_known_by(Contract::Azure), Contract::Azure.name())
                .finally(Contract::Biometrid.name());
            let sorted = subjects::Entity::update_many()
                .col_expr(subjects::Column::Contract, contract.into())
                .filter(subjects::Column::Id.in_subquery(unsorted))
                .exec(&self.db)
                .await?;
            Ok(sorted.rows_affected)
        })
        .await
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

fn of_tenant(tenant: TenantId) -> Select<subjects::Entity> {
    subjects::Entity::find().filter(subjects::Column::TenantId.eq(tenant.0))
}

fn page(found: Select<subjects::Entity>, listing: &Listing<String>) -> Select<subjects::Entity> {
    listing.of(found, subjects::Column::CreatedAt, subjects::Column::Id)
}

/// Whether a contract made known whoever is looked at, as their profiles tell.
fn made_known_by(contract: Contract) -> SimpleExpr {
    match contract {
        Contract::Biometrid => Expr::exists(profile_of_each(None)).not(),
        Contract::Azure => Expr::exists(profile_of_each(Some(false))),
        Contract::Deepaffects => Expr::exists(profile_of_each(Some(true))),
    }
}

/// The profiles of whoever is looked at: of speakers, of others, or of either kind.
fn profile_of_each(speakers: Option<bool>) -> SelectStatement {
    let of_same = |column, whose| Expr::col((enrolments::Entity, column)).equals((subjects::Entity, whose));
    let mut query = Query::select();
    query
        .expr(Expr::val(1))
        .from(enrolments::Entity)
        .inner_join(
            profiles::Entity,
            Expr::col((profiles::Entity, profiles::Column::EnrolmentId))
                .equals((enrolments::Entity, enrolments::Column::Id)),
        )
        .and_where(of_same(enrolments::Column::TenantId, subjects::Column::TenantId))
        .and_where(of_same(enrolments::Column::SubjectId, subjects::Column::Id));
    let (kind, speaker) =
        (Expr::col((profiles::Entity, profiles::Column::Kind)), ProfileKind::Speaker.name());
    match speakers {
        None => {}
        Some(true) => drop(query.and_where(kind.eq(speaker))),
        Some(false) => drop(query.and_where(kind.ne(speaker))),
    }
    query
}

/// The contract whose profiles are of this kind.
pub(crate) fn contract_of(kind: ProfileKind) -> Contract {
    match kind {
        ProfileKind::Speaker => Contract::Deepaffects,
        _ => Contract::Azure,
    }
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
    let kind: ProfileKind = row.kind.parse().map_err(|_| StoreError::Unreadable("kind of profile"))?;
    let measured = Measured { snr_db: row.snr_db, agreement: row.agreement };
    Ok(ProfileDetails {
        kind,
        status: row.status.parse().map_err(|_| StoreError::Unreadable("status of a profile"))?,
        name: row.name,
        samples,
        audio_seconds: row.audio_seconds,
        speech_seconds: row.speech_seconds,
        quality: quality::of(kind.scheme(), row.speech_seconds, samples, &measured),
    })
}
