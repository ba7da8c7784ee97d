// Writes the types of each contract: `node generate.js DOCUMENTS OUTPUT`, two folders. Bytes are a Blob, whatever else a string may be.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import ts from "typescript";

const [documents, output] = process.argv.slice(2);
const BLOB = ts.factory.createTypeReferenceNode(ts.factory.createIdentifier("Blob"));

for (const contract of ["admin", "azure", "biometrid", "deepaffects"]) {
  const document = JSON.parse(readFileSync(join(documents, `${contract}.json`), "utf8"));
  const types = await openapiTS(document, {
    transform: (schema) => (schema.format === "binary" ? BLOB : undefined),
  });
  writeFileSync(join(output, `${contract}.ts`), COMMENT_HEADER + astToString(types));
}
