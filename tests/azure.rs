//! Azure Speaker Recognition, v2.0 and 2021-09-05.

mod client;
mod concurrency;
mod contract;
mod enrolment;
mod formats;
mod fuzz;
mod isolation;
mod keys;
mod measured;
mod phrases;
mod recognition;
mod routes;
mod training;
mod whole_gallery;
