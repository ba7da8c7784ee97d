//! The operators' pages under `/dashboard`, and `/try`: as they are seen in Chromium, and what they refuse to whoever asks without one.

mod chromium;
mod forgery;
mod furnished;
mod pages;
mod pictures;
mod plays;
mod reading;
mod sessions;
mod try_it;
mod unscripted;
mod visitor;
