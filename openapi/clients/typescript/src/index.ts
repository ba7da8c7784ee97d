/** Timbre's APIs, called from TypeScript. */

export type { Patience } from "./calling.js";
export {
  type AdminClient,
  type AzureClient,
  type BiometridClient,
  createAdminClient,
  createAzureClient,
  createBiometridClient,
  createDeepaffectsClient,
  type DeepaffectsClient,
  recording,
  type Server,
  wav,
} from "./client.js";
export { NotAnswered, orThrow, Refused, TimbreError, TimedOut } from "./errors.js";
export type * as admin from "./generated/admin.js";
export type * as azure from "./generated/azure.js";
export type * as biometrid from "./generated/biometrid.js";
export type * as deepaffects from "./generated/deepaffects.js";
