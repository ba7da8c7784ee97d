//! The operators' pages under `/dashboard`, and `/try`: as they are seen in Chromium, and what they refuse to whoever asks without one.

mod addresses;
mod again;
mod answers;
mod asking;
mod chromium;
mod dialogues;
mod filters;
mod forgery;
mod furnished;
mod live;
mod names;
mod pages;
mod pictures;
mod plays;
mod policies;
mod reading;
mod retention;
mod sessions;
mod trouble;
mod try_it;
mod unscripted;
mod visitor;
