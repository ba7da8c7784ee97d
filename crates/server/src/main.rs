//! `timbre`: the one program. Serves the contracts, and holds the tools that an operator and a
//! measurer need.

mod bench_client;
mod built;
mod commands;
mod failure;
mod installation;
mod keys;
mod objects;
mod settings;
mod telemetry;
mod trials;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use commands::{
    admin, audit, bench, calibrate, compare, diarize, doctor, embed, evaluate, evaluate_diarization, import,
    job, migrate, models, operator, receipt, reembed, serve, tenant, usage, work,
};
use settings::Settings;
use timbre_store::patiently_here;

/// Self-hosted, multi-tenant voice biometrics.
///
/// Settings come from config/default.toml (built in), a file named by --config, and TIMBRE__SECTION__KEY
/// environment variables.
#[derive(Parser)]
#[command(name = "timbre", version)]
struct Cli {
    /// A file with the settings that differ from the defaults.
    #[arg(long, env = "TIMBRE_CONFIG", global = true)]
    config: Option<std::path::PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the HTTP API until told to stop.
    Serve(serve::Arguments),
    /// Do jobs and send the messages about their ends, apart from `serve`, until told to stop.
    Work,
    /// Check this installation part by part, and say what to do about what is not as it should be.
    Doctor(doctor::Arguments),
    /// Bring the database to this version's shape.
    Migrate,
    /// Show which models are installed, or fetch the missing ones.
    Models(models::Arguments),
    /// Make tenants, rotate their keys, change their policy, add their passphrases, switch their voice engine, unlock a user.
    Tenant(tenant::Arguments),
    /// Make the people who run this installation, disable them, give them new passwords. The first owner is made here.
    Operator(operator::Arguments),
    /// What an operator does before there is any page: tenants, tokens, people, dialogues, audit.
    Admin(admin::Arguments),
    /// Show a tenant's jobs and the log of their messages; cancel, retry, or send a message again.
    Job(job::Arguments),
    /// Print what a tenant has used, by day, or count it anew from its events.
    Usage(usage::Arguments),
    /// Verify the audit trail, or print where its chains end.
    Audit(audit::Arguments),
    /// Check the receipt of an erasure, or print the key that receipts are checked with.
    Receipt(receipt::Arguments),
    /// Enrol the people of a folder or a CSV file of recordings. Run again, it goes on where it was stopped.
    Import(import::Arguments),
    /// Change the speaker models of a tenant without anybody enrolling again. Run again, it goes on where it was stopped.
    Reembed(reembed::Arguments),
    /// Print the speaker embeddings of recordings as JSON. For measuring: never for production data.
    Embed(embed::Arguments),
    /// Compare the voices of two recordings.
    Compare(compare::Arguments),
    /// Measure how well voices are told apart on lists of trials.
    Evaluate(evaluate::Arguments),
    /// Tell who speaks when in a recording, as RTTM.
    Diarize(diarize::Arguments),
    /// Measure how wrong that is, by turns that people marked.
    EvaluateDiarization(evaluate_diarization::Arguments),
    /// Fit what scores mean on lists of trials.
    Calibrate(calibrate::Arguments),
    /// Time the models alone and a whole verification, side by side.
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = Settings::load(cli.config.as_deref());
    // It says itself what is wrong with the settings.
    if let Command::Doctor(arguments) = cli.command {
        return ended(doctor::run(outcome, arguments));
    }
    ended(outcome.and_then(|settings| {
        let told = telemetry::start(&settings, matches!(cli.command, Command::Serve(_) | Command::Work))?;
        // Nobody waits for a command but whoever typed it.
        let serves = matches!(cli.command, Command::Serve(_));
        let carry_out = || match cli.command {
            Command::Serve(arguments) => serve::run(settings, arguments),
            Command::Work => work::run(settings),
            Command::Job(arguments) => job::run(settings, arguments),
            Command::Operator(arguments) => operator::run(settings, arguments),
            Command::Admin(arguments) => admin::run(settings, arguments),
            // Ran above.
            Command::Doctor(_) => Ok(()),
            Command::Migrate => migrate::run(settings),
            Command::Models(arguments) => models::run(arguments),
            Command::Tenant(arguments) => tenant::run(settings, arguments),
            Command::Usage(arguments) => usage::run(settings, arguments),
            Command::Audit(arguments) => audit::run(settings, arguments),
            Command::Receipt(arguments) => receipt::run(settings, arguments),
            Command::Import(arguments) => import::run(settings, arguments),
            Command::Reembed(arguments) => reembed::run(settings, arguments),
            Command::Embed(arguments) => embed::run(arguments),
            Command::Compare(arguments) => compare::run(settings, arguments),
            Command::Evaluate(arguments) => evaluate::run(settings, arguments),
            Command::Diarize(arguments) => diarize::run(settings, arguments),
            Command::EvaluateDiarization(arguments) => evaluate_diarization::run(arguments),
            Command::Calibrate(arguments) => calibrate::run(settings, arguments),
            Command::Bench(arguments) => bench::run(settings, arguments),
        };
        let done = if serves { carry_out() } else { patiently_here(carry_out) };
        told.end();
        done
    }))
}

fn ended(outcome: Result<(), failure::Failure>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::FAILURE
        }
    }
}
