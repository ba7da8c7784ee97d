//! ONNX Runtime, loaded once per process, and the one way to run a network on it.
//!
//! Promises: a network runs on the thread that asks, on one core, without spinning, and holds no more memory
//! after a long recording than after a short one. Every [`Network`] keeps the time that it spent inside the runtime.

use std::borrow::Cow;
use std::fmt::Display;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ort::environment::Environment;
use ort::ep;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use ort::session::{Session, SessionInputValue, SessionOutputs};
use timbre_models::{Manifest, ModelStore};

use crate::error::InferenceError;

/// The name of a network's file in the model store, where a model has only one.
pub(crate) const MODEL_FILE: &str = "model.onnx";

/// ort allows one environment per process and itself keeps only a weak reference: this keeps it alive.
static LOADED: Mutex<Option<Runtime>> = Mutex::new(None);

/// A handle to the loaded library; cheap to clone.
#[derive(Clone)]
pub struct Runtime {
    environment: Environment,
    manifest: Arc<Manifest>,
}

impl Runtime {
    /// Loads the library that the store names, or returns the one already loaded.
    pub fn load(store: &ModelStore) -> Result<Self, InferenceError> {
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = loaded.as_ref() {
            return Ok(runtime.clone());
        }
        let manifest = Arc::new(Manifest::builtin()?);
        let library = store.runtime_library(&manifest)?;
        let environment = ort::init_from(&library)
            .map_err(|error| InferenceError::Runtime(format!("{}: {error}", library.display())))?
            .with_name("timbre")
            .with_telemetry(false)
            .build()?;
        environment.set_log_level(ort::logging::LogLevel::Error);
        Ok(loaded.insert(Self { environment, manifest }).clone())
    }

    /// What each model is and wants.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Loads one model file.
    ///
    /// One thread per session, because parallelism comes from the pool's workers. No arena and no memory pattern:
    /// recordings differ in length, and an arena keeps the largest shape it ever saw for good.
    pub fn network(&self, file: &Path) -> Result<Network, InferenceError> {
        let committed = self.builder()?.commit_from_file(file);
        Ok(Network { session: usable(committed, file)?, spent: Duration::ZERO })
    }

    /// Loads a model that was read from `file` and changed on the way.
    pub fn network_from_memory(&self, model: &[u8], file: &Path) -> Result<Network, InferenceError> {
        let committed = self.builder()?.commit_from_memory(model);
        Ok(Network { session: usable(committed, file)?, spent: Duration::ZERO })
    }

    fn builder(&self) -> Result<SessionBuilder, InferenceError> {
        Ok(Session::builder(&self.environment)?
            .with_intra_threads(1)?
            .with_inter_threads(1)?
            .with_intra_op_spinning(false)?
            .with_inter_op_spinning(false)?
            .with_memory_pattern(false)?
            .with_execution_providers([ep::CPU::default().with_arena_allocator(false).build()])?
            .with_optimization_level(GraphOptimizationLevel::All)?)
    }
}

fn usable<T, E: Display>(committed: Result<T, E>, file: &Path) -> Result<T, InferenceError> {
    committed
        .map_err(|error| InferenceError::ModelUnusable { path: file.to_owned(), reason: error.to_string() })
}

/// Inputs by name, as `ort::inputs! { "name" => tensor }` makes them.
pub type Inputs<'i, 'v> = Vec<(Cow<'i, str>, SessionInputValue<'v>)>;

/// One loaded model.
pub struct Network {
    session: Session,
    spent: Duration,
}

impl Network {
    /// Runs the network and lets `read` take what it needs from the outputs.
    pub fn run<T>(
        &mut self,
        inputs: Inputs<'_, '_>,
        read: impl FnOnce(&SessionOutputs<'_>) -> Result<T, InferenceError>,
    ) -> Result<T, InferenceError> {
        let start = Instant::now();
        let outputs = self.session.run(inputs);
        self.spent += start.elapsed();
        read(&outputs?)
    }

    /// The time spent inside the runtime since the last call of this function.
    pub fn take_spent(&mut self) -> Duration {
        std::mem::take(&mut self.spent)
    }

    pub fn session(&self) -> &Session {
        &self.session
    }
}
