//! Logging in, staying logged in, logging out.
//!
//! Promises that passwords are tried no more often than the limits say, however many come at once and to whichever replica; that whoever
//! does not know an account learns nothing of it, by words or by time; and that a refresh token that comes a second time ends its session,
//! because then two have it. A client that lost the answer to a refresh logs in again.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use timbre_domain::{
    audit::{Actor, Origin},
    ids::{OperatorId, OperatorSessionId},
    operator::{check_password, email},
};
use timbre_store::{
    Chain, LoginCharged, LoginLimit, NewEvent, OperatorRecord, OperatorSession, PasswordChange,
};
use zeroize::Zeroizing;

use crate::{
    Administrator, Engine, EngineError, access_tokens, browsers,
    credentials::{secret, secret_hash},
    error::random,
    once::ANSWERS_KEPT,
};

/// Logins of an account, and from an address, that may fail within [`WINDOW`].
const MOST_OF_ACCOUNT: u32 = 10;
const MOST_OF_ADDRESS: u32 = 50;
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// How long a session lasts, however often it is refreshed.
const SESSION: TimeDelta = TimeDelta::hours(12);

/// Live sessions of one operator; the oldest ends for one more.
const MOST_SESSIONS: usize = 10;

const REFRESH_PREFIX: &str = "tbr_";

/// What somebody who has logged in goes on with.
pub struct LoggedIn {
    pub operator: OperatorRecord,
    pub access_token: Zeroizing<String>,
    /// Seconds.
    pub access_lasts: i64,
    /// Good once.
    pub refresh_token: Zeroizing<String>,
    /// By which a browser is known for as long as the session lasts: [`Engine::administrator_of_cookie`].
    pub cookie: Zeroizing<String>,
    /// When the session ends, however often it is refreshed.
    pub expires_at: DateTime<Utc>,
}

impl Engine {
    /// Begins a session for whoever knows an operator's password.
    pub async fn log_in(
        &self,
        address: &str,
        password: Zeroizing<String>,
        from: Option<IpAddr>,
    ) -> Result<LoggedIn, EngineError> {
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let address = email(address).unwrap_or_default();
        let found = store.operator_called(&address).await?;
        let target = found.as_ref().map(|operator| operator.id);
        let charged = self.charge(&address, target, from).await?;
        let hash = found.as_ref().map(|operator| operator.password_hash.clone());
        let right = self.passwords.check(password, hash).await?;
        let Some(operator) = found.filter(|operator| right && operator.disabled_at.is_none()) else {
            let reason = match (target, right) {
                (None, _) => "no such operator",
                (Some(_), true) => "disabled",
                (Some(_), false) => "wrong password",
            };
            self.tell_refused(target, reason, from).await?;
            return Err(EngineError::WrongLogin);
        };
        let (family, secret) = (self.family()?, secret("")?);
        let session = OperatorSession {
            id: OperatorSessionId::from_random(random()?),
            operator: operator.id,
            family_hash: secret_hash(&family).to_vec(),
            refresh_hash: secret_hash(&secret).to_vec(),
            address: from.map(|address| address.to_string()),
            created_at: now,
            expires_at: now + SESSION,
        };
        let (id, expires_at) = (session.id, session.expires_at);
        let origin = Origin::new(Actor::Operator(operator.id), from);
        let event = event(origin, "operator.logged_in", Some(operator.id), Value::Null);
        // The password that was right a moment ago may have been taken away since.
        if !store.begin_operator_session(session, &operator.password_hash, MOST_SESSIONS, event).await? {
            self.tell_refused(target, "changed meanwhile", from).await?;
            return Err(EngineError::WrongLogin);
        }
        store.forgive_login(charged.0, charged.1).await?;
        self.tokens(operator, id, &family, &secret, expires_at)
    }

    /// Goes on with a session. The refresh token is good no longer; the answer has the next.
    pub async fn refresh(&self, token: &str, from: Option<IpAddr>) -> Result<LoggedIn, EngineError> {
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let (id, family, presented) = split_refresh(token).ok_or(EngineError::NotLoggedIn)?;
        let live = store.operator_session(id, now).await?;
        let (session, operator) = live.ok_or(EngineError::NotLoggedIn)?;
        if !bool::from(secret_hash(family).as_slice().ct_eq(&session.family_hash)) {
            return Err(EngineError::NotLoggedIn);
        }
        let next = secret("")?;
        let (seen, next_hash) = (secret_hash(presented), secret_hash(&next));
        // The row decides, also between two who come at the same time.
        if !store.refresh_operator_session(id, &seen, &next_hash).await? {
            let detail = json!({"reason": "a refresh token came a second time"});
            let origin = Origin::new(Actor::Unknown, from);
            let event = event(origin, "session.revoked", Some(operator.id), detail);
            store.end_operator_session(id, event, now).await?;
            tracing::warn!(operator = %operator.id, "a refresh token came a second time: its session is ended");
            return Err(EngineError::NotLoggedIn);
        }
        self.tokens(operator, id, family, &next, session.expires_at)
    }

    /// Ends the session.
    pub async fn log_out(&self, by: &Administrator) -> Result<(), EngineError> {
        let (operator, id) = by.session.ok_or(EngineError::NoAccount)?;
        let event = event(by.origin.clone(), "operator.logged_out", Some(operator), Value::Null);
        Ok(self.parts.store.end_operator_session(id, event, self.parts.clock.now()).await?)
    }

    /// Changes one's own password; all of one's other sessions end.
    pub async fn change_own_password(
        &self,
        by: &Administrator,
        current: Zeroizing<String>,
        new: Zeroizing<String>,
    ) -> Result<(), EngineError> {
        let (id, session) = by.session.ok_or(EngineError::NoAccount)?;
        let found = self.parts.store.operator(id).await?.ok_or(EngineError::UnknownOperator)?;
        check_password(&new, &found.email)?;
        let charged = self.charge(&found.email, Some(id), by.origin.address).await?;
        let seen = found.password_hash;
        if !self.passwords.check(current, Some(seen.clone())).await? {
            self.tell_refused(Some(id), "wrong password", by.origin.address).await?;
            return Err(EngineError::WrongCurrentPassword);
        }
        self.parts.store.forgive_login(charged.0, charged.1).await?;
        let hash = self.passwords.hash(new).await?;
        let event = event(by.origin.clone(), "operator.password_changed", Some(id), Value::Null);
        let now = self.parts.clock.now();
        // Made against the hash that was compared with: who changes it in between is not undone.
        let change = PasswordChange { seen: &seen, hash, keep: Some(session), answer: None };
        match self.parts.store.change_password(id, change, event, now).await? {
            true => Ok(()),
            false => Err(EngineError::Raced),
        }
    }

    /// Forgets sessions, failures and answers whose time is over.
    pub(crate) async fn forget_logins(&self, now: DateTime<Utc>) -> Result<(), EngineError> {
        self.parts.store.purge_operator_sessions(now).await?;
        self.parts.store.purge_login_failures(now - WINDOW).await?;
        self.parts.store.purge_answers(now - ANSWERS_KEPT).await?;
        Ok(())
    }

    /// Counts an attempt before it is made, and says what to forgive should it succeed.
    async fn charge(
        &self,
        account: &str,
        target: Option<OperatorId>,
        from: Option<IpAddr>,
    ) -> Result<([u8; 32], Option<[u8; 32]>), EngineError> {
        let (now, key) = (self.parts.clock.now(), self.parts.master.installation_key()?);
        let account = key.keyed_digest("login account", account.as_bytes());
        let network = from.map(|address| key.keyed_digest("login address", &network(address)));
        let mut limits = vec![LoginLimit { who: account, most: MOST_OF_ACCOUNT }];
        limits.extend(network.map(|who| LoginLimit { who, most: MOST_OF_ADDRESS }));
        let LoginCharged::Refused { since, first } =
            self.parts.store.charge_login(&limits, now - WINDOW, now).await?
        else {
            return Ok((account, network));
        };
        // Only the first: what is refused without end must not fill the trail.
        if first {
            let origin = Origin::new(Actor::Unknown, from);
            let event = event(origin, "login.throttled", target, Value::Null);
            self.parts.store.append_event(Chain::Platform, event, now).await?;
        }
        let seconds = (since + WINDOW - now).num_seconds().max(0) as u64 + 1;
        Err(EngineError::LoginThrottled { seconds })
    }

    async fn tell_refused(
        &self,
        target: Option<OperatorId>,
        reason: &'static str,
        from: Option<IpAddr>,
    ) -> Result<(), EngineError> {
        let origin = Origin::new(Actor::Unknown, from);
        let event = event(origin, "login.failed", target, json!({"reason": reason}));
        Ok(self.parts.store.append_event(Chain::Platform, event, self.parts.clock.now()).await?)
    }

    fn family(&self) -> Result<Zeroizing<String>, EngineError> {
        Ok(Zeroizing::new(hex::encode(Zeroizing::new(random::<16>()?).as_slice())))
    }

    fn tokens(
        &self,
        operator: OperatorRecord,
        session: OperatorSessionId,
        family: &str,
        secret: &str,
        expires_at: DateTime<Utc>,
    ) -> Result<LoggedIn, EngineError> {
        let now = self.parts.clock.now();
        let access = access_tokens::issue(&self.parts.master, operator.id, session, operator.role, now)?;
        let id = session.0.simple();
        Ok(LoggedIn {
            operator,
            access_token: Zeroizing::new(access),
            access_lasts: access_tokens::LIFETIME.num_seconds(),
            refresh_token: Zeroizing::new(format!("{REFRESH_PREFIX}{id}_{family}_{secret}")),
            cookie: browsers::cookie(session, family),
            expires_at,
        })
    }
}

pub(crate) fn event(
    origin: Origin,
    action: &'static str,
    target: Option<OperatorId>,
    detail: Value,
) -> NewEvent {
    let detail = (!detail.is_null()).then_some(detail);
    NewEvent { origin, action, person: None, target: target.map(|id| id.to_string()), detail }
}

/// A session's id, the part that stays and the part that changes.
fn split_refresh(token: &str) -> Option<(OperatorSessionId, &str, &str)> {
    let mut parts = token.strip_prefix(REFRESH_PREFIX)?.splitn(3, '_');
    let id = parts.next()?.parse().ok()?;
    Some((id, parts.next()?, parts.next()?))
}

/// Whoever has one address of an IPv6 network has all of them.
fn network(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    }
}
