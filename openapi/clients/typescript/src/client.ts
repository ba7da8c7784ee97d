/** A client for each contract: the generated types, a tenant's credentials, and patience. */

import createClient, { type Client } from "openapi-fetch";
import { type Patience, patiently, type Send } from "./calling.js";
import type { paths as AdminPaths } from "./generated/admin.js";
import type { paths as AzurePaths } from "./generated/azure.js";
import type { paths as BiometridPaths } from "./generated/biometrid.js";
import type { paths as DeepaffectsPaths } from "./generated/deepaffects.js";
import { inOneSession } from "./session.js";

/** Where Timbre is, and how long it is waited for. */
export interface Server extends Patience {
  /** `https://timbre.example`, say. */
  baseUrl: string;
}

export type BiometridClient = Client<BiometridPaths>;
export type AzureClient = Client<AzurePaths>;
export type DeepaffectsClient = Client<DeepaffectsPaths>;
export type AdminClient = Client<AdminPaths>;

/** Calls BiometrID's API. One client is one session: make one for each person who speaks at the same time. */
export function createBiometridClient({ key, secret, ...server }: Server & { key: string; secret: string }): BiometridClient {
  return client<BiometridPaths>(server, { "x-biometrid-key": key, "x-biometrid-secret": secret }, inOneSession);
}

/** Calls Azure's Speaker Recognition. */
export function createAzureClient({ subscriptionKey, ...server }: Server & { subscriptionKey: string }): AzureClient {
  return client<AzurePaths>(server, { "Ocp-Apim-Subscription-Key": subscriptionKey });
}

/** Calls DeepAffects' speaker APIs. */
export function createDeepaffectsClient({ apikey, ...server }: Server & { apikey: string }): DeepaffectsClient {
  const withKey = (send: Send): Send => (request) => {
    const url = new URL(request.url);
    url.searchParams.set("apikey", apikey);
    return send(new Request(url, request));
  };
  return client<DeepaffectsPaths>(server, {}, withKey);
}

/** Calls Timbre's API for operators, with an access token or a program's. */
export function createAdminClient({ token, ...server }: Server & { token: string }): AdminClient {
  return client<AdminPaths>(server, { authorization: `Bearer ${token}` });
}

/** A WAV file as a call's whole body: `azure.POST(path, { params, ...wav(bytes) })`. */
export function wav(bytes: Uint8Array) {
  return {
    body: recording(bytes),
    bodySerializer: (body: Blob) => body,
    headers: { "Content-Type": "audio/wav; codecs=audio/pcm" },
  };
}

/** A WAV file as a field of a form: `biometrid.POST(path, { params, body: { audio: recording(bytes) } })`. */
export function recording(bytes: Uint8Array): Blob {
  return new Blob([new Uint8Array(bytes)], { type: "audio/wav" });
}

function client<Paths extends {}>(
  { baseUrl, ...patience }: Server,
  headers: Record<string, string>,
  around: (send: Send) => Send = (send) => send,
): Client<Paths> {
  return createClient<Paths>({
    baseUrl,
    headers,
    fetch: around(patiently(patience)),
    bodySerializer,
    // Credentials follow nobody elsewhere.
    redirect: "manual",
  });
}

/** JSON; or a form, where a file is in it. */
function bodySerializer(body: unknown): string | FormData {
  const fields = Object.entries(body ?? {});
  if (!fields.some(([, value]) => value instanceof Blob)) return JSON.stringify(body);
  const form = new FormData();
  for (const [name, value] of fields) {
    if (value instanceof Blob) form.set(name, value, `${name}.wav`);
    else if (value !== undefined && value !== null) form.set(name, String(value));
  }
  return form;
}
