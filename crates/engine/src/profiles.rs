//! Profiles: made, listed, reset, deleted. How they are filled is in `profile_enrolment`, what they answer in `recognition`.

use serde_json::{Value, json};
use timbre_domain::{
    consent::Standing,
    ids::EnrolmentId,
    locale::Locale,
    passphrase::{self, InvalidPassphrase, phrases_of},
    profile::{Profile, ProfileKind},
    usage::{Meter, Usage},
};
use timbre_inference::PhraseLanguage;
use timbre_store::{NewProfile, ProfileCreated, Terms};
use timbre_vault::{Purpose as Sealing, SealContext};

use crate::{Consent, Engine, EngineError, PersonName, Tenant, ahead::Ahead, error::random};

/// Some profiles, and whether there are more behind them.
pub struct ProfilePage {
    pub profiles: Vec<Profile>,
    /// What a later call goes on from. Nobody but Timbre can make one.
    pub next: Option<String>,
}

impl Engine {
    /// Makes an empty profile.
    pub async fn create_profile(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        locale: Locale,
        consent: Option<Consent>,
    ) -> Result<Profile, EngineError> {
        self.create_profile_as(tenant, EnrolmentId::from_random(random()?), kind, locale, consent).await
    }

    /// Makes an empty profile under an id that the caller has for it: for whoever moves here with ids of their own.
    pub async fn create_profile_as(
        &self,
        tenant: &Tenant,
        id: EnrolmentId,
        kind: ProfileKind,
        locale: Locale,
        consent: Option<Consent>,
    ) -> Result<Profile, EngineError> {
        if kind.is_text_dependent() && self.phrases(tenant, locale).is_empty() {
            return Err(EngineError::UnknownLocale(locale));
        }
        self.admit(tenant, &[Meter::Requests]).await?;
        let subject = self.new_person(tenant, Standing::Unknown).await?.id;
        let profile = Profile::new(id, subject, kind, locale, self.parts.clock.now());
        let most = tenant.policy.profiles.max_profiles;
        let detail = json!({"kind": kind.name()});
        let mut entry = tenant.entry("profile.created", Some(subject), Usage::request(0.0), detail);
        entry.events.extend(consent.as_ref().map(|consent| tenant.consent_event(subject, consent)));
        let names = vec![tenant.digest_of(&PersonName::Profile(id))];
        let terms = Terms { names, consent: consent.map(Consent::recorded).transpose()? };
        let new = NewProfile { profile: &profile, scheme: kind.scheme().as_str(), most, terms };
        let made = self.parts.store.create_profile(tenant.id, new, entry).await.map_err(EngineError::from);
        let ahead = Ahead { person: Some(subject), ..Ahead::default() };
        match self.unless_made(tenant, ahead, made, |made| *made == ProfileCreated::New).await {
            Ok(ProfileCreated::New) => Ok(profile),
            Ok(ProfileCreated::TooMany) => Err(EngineError::TooManyProfiles),
            // An id is taken once.
            Err(EngineError::Raced) => Err(EngineError::ProfileTaken),
            Err(error) => Err(error),
        }
    }

    /// The tenant's profile of this kind and id.
    pub async fn profile(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        id: EnrolmentId,
    ) -> Result<Profile, EngineError> {
        self.parts.store.profile(tenant.id, kind, id).await?.ok_or(EngineError::UnknownProfile)
    }

    /// A page of the tenant's profiles, in the order of their ids; `from` is an earlier page's `next`.
    pub async fn profiles(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        from: Option<&str>,
        limit: usize,
    ) -> Result<ProfilePage, EngineError> {
        let after =
            from.map(|token| open_token(tenant, kind, token).ok_or(EngineError::PageToken)).transpose()?;
        // One more than asked for tells whether there is a next page.
        let mut profiles = self.parts.store.profiles_after(tenant.id, kind, after, limit as u64 + 1).await?;
        let more = profiles.len() > limit;
        profiles.truncate(limit);
        let next = match profiles.last() {
            Some(last) if more => Some(seal_token(tenant, kind, last.id)?),
            _ => None,
        };
        Ok(ProfilePage { profiles, next })
    }

    /// Takes a profile back to the beginning: its recordings, voiceprint and passphrase are gone.
    pub async fn reset_profile(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        id: EnrolmentId,
    ) -> Result<Profile, EngineError> {
        let mut profile = self.profile(tenant, kind, id).await?;
        let now = self.parts.clock.now();
        profile.reset(now);
        let entry = tenant.told("profile.reset", Some(profile.subject), Value::Null);
        let gone = self.parts.store.reset_profile(tenant.id, &profile, entry, now).await?;
        self.delete_objects(tenant, gone.ok_or(EngineError::UnknownProfile)?).await;
        tracing::info!("profile reset");
        Ok(profile)
    }

    /// Erases a profile, if there is one, with everything that was kept of it.
    pub async fn delete_profile(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        id: EnrolmentId,
    ) -> Result<(), EngineError> {
        let Some(profile) = self.parts.store.profile(tenant.id, kind, id).await? else { return Ok(()) };
        match self.erase_at_once(tenant, profile.subject).await {
            // Somebody else was faster.
            Err(EngineError::UnknownSubject) => Ok(()),
            erased => erased,
        }
    }

    /// The passphrases that may be said in a locale: the documented ones and the tenant's own.
    pub fn phrases(&self, tenant: &Tenant, locale: Locale) -> Vec<String> {
        phrases_of(locale, &tenant.policy.profiles.phrases)
    }

    /// The locales that have passphrases.
    pub fn phrase_locales(&self, tenant: &Tenant) -> Vec<Locale> {
        let own = tenant.policy.profiles.phrases.iter().filter(|(_, phrases)| !phrases.is_empty());
        let own = own.map(|(locale, _)| *locale).filter(|locale| *locale != passphrase::AMERICAN);
        std::iter::once(passphrase::AMERICAN).chain(own).collect()
    }
}

impl Engine {
    /// Adds a passphrase of the tenant's own. Refused if it could be mistaken for another, or not be recognised.
    pub async fn add_phrase(&self, tenant: &Tenant, locale: Locale, phrase: &str) -> Result<(), EngineError> {
        let phrase = passphrase::normalised(phrase);
        let language =
            PhraseLanguage::of_locale(&locale.to_string()).ok_or(EngineError::UnknownLocale(locale))?;
        let mut phrases = tenant.policy.profiles.phrases.clone();
        phrases.entry(locale).or_default().push(phrase.clone());
        passphrase::check(&phrases)?;
        if !language.can_spell(&phrase) {
            return Err(InvalidPassphrase::Spelling.into());
        }
        self.change_policy(tenant, |policy| policy.profiles.phrases = phrases).await?;
        Ok(())
    }

    /// Takes a passphrase of the tenant's own off the list. Profiles that have it keep it.
    pub async fn remove_phrase(
        &self,
        tenant: &Tenant,
        locale: Locale,
        phrase: &str,
    ) -> Result<(), EngineError> {
        let phrase = passphrase::normalised(phrase);
        let mut phrases = tenant.policy.profiles.phrases.clone();
        let known = phrases.entry(locale).or_default();
        let before = known.len();
        known.retain(|known| *known != phrase);
        if known.len() == before {
            return Err(EngineError::UnknownPhrase(phrase));
        }
        phrases.retain(|_, phrases| !phrases.is_empty());
        self.change_policy(tenant, |policy| policy.profiles.phrases = phrases).await?;
        Ok(())
    }
}

fn seal_token(tenant: &Tenant, kind: ProfileKind, last: EnrolmentId) -> Result<String, EngineError> {
    let context = SealContext::new(Sealing::PageToken, kind.name().as_bytes());
    Ok(hex::encode(tenant.key.seal(&context, last.as_bytes())?))
}

fn open_token(tenant: &Tenant, kind: ProfileKind, token: &str) -> Option<EnrolmentId> {
    let context = SealContext::new(Sealing::PageToken, kind.name().as_bytes());
    let opened = tenant.key.open(&context, &hex::decode(token).ok()?).ok()?;
    Some(EnrolmentId(uuid::Uuid::from_slice(&opened).ok()?))
}
