//! The contracts' documents against what is served: their examples, the samples of the public pages, and a tool that reads them alone. That each
//! reply is in its document is looked at where the tests send their calls (`timbre_tests::send`).

mod conformance;
mod exchanges;
mod samples;
mod several;
mod stable;
