//! Who may call, how often, and with what.

mod classes;
mod credentials;
mod policies;
mod rates;
mod shared;
mod strangers;
