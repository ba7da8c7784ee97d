//! A name server that answers what an attacker's would.

use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::sync::Mutex;

use async_trait::async_trait;
use timbre_outbound::resolver::{Resolver, SystemResolver};

/// What a name is answered with.
#[derive(Clone)]
pub enum Answer {
    These(Vec<IpAddr>),
    /// Whatever this machine's own resolver says.
    System,
}

/// Gives one answer after the other, and then the last one for ever; without any, that of this machine.
pub struct Names {
    answers: Mutex<VecDeque<Answer>>,
    system: SystemResolver,
}

impl Names {
    pub fn new(answers: Vec<Answer>) -> Self {
        Self { answers: Mutex::new(answers.into()), system: SystemResolver::new(4) }
    }

    fn next(&self) -> io::Result<Answer> {
        let mut answers = self.answers.lock().map_err(|_| io::Error::other("a lookup has failed"))?;
        let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Ok(next.unwrap_or(Answer::System))
    }
}

#[async_trait]
impl Resolver for Names {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        match self.next()? {
            Answer::These(addresses) => Ok(addresses),
            Answer::System => self.system.addresses(name).await,
        }
    }
}
