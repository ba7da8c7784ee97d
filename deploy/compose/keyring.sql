-- Run once, when the cluster is made: where people's keys are kept (database.keyring_url).
CREATE DATABASE keyring;
REVOKE CONNECT ON DATABASE keyring FROM PUBLIC;
REVOKE CONNECT ON DATABASE timbre FROM PUBLIC;
