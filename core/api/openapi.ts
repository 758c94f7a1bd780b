/** The HTTP interface for scripts, described: the OpenAPI document and a plain page for people. */
import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { contract } from './contract/index.ts';
import { OPENAPI_PATH } from './contract/doors.ts';

export async function createOpenApiDocument(version: string): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  return generator.generate(contract, {
    info: {
      title: 'Sandpost',
      version,
      description:
        'A mail server that never sends. Calls that change something need "Authorization: Bearer TOKEN"; the token stands in the file api-token in the data folder.',
    },
    servers: [{ url: OPENAPI_PATH }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }, {}],
  });
}

const escape = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

interface Row {
  readonly method: string;
  readonly path: string;
  readonly name: string;
}

function rows(document: OpenAPI.Document): readonly Row[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item ?? {}).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: `${OPENAPI_PATH}${path}`,
      name: (operation as OpenAPI.OperationObject).operationId ?? '',
    })),
  );
}

/** A page without script or style sheet of its own: it has to be readable where the UI is not built. */
export function renderApiPage(document: OpenAPI.Document): string {
  const lines = rows(document).map(
    ({ method, path, name }) =>
      `<tr><td><code>${escape(method)}</code></td><td><code>${escape(path)}</code></td><td>${escape(name)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sandpost: HTTP interface</title></head><body>
<h1>Sandpost: HTTP interface</h1>
<p>Every call answers JSON. The whole description, for tools: <a href="${OPENAPI_PATH}/openapi.json">openapi.json</a>.</p>
<p>Reading needs nothing. Calls that change something need the header
<code>Authorization: Bearer TOKEN</code>; the token stands in the file <code>api-token</code> in the data folder.
Bytes (sources, attachments) are at <code>/resource/message/ID/source</code> and so on.</p>
<table><thead><tr><th>Method</th><th>Path</th><th>Call</th></tr></thead><tbody>
${lines.join('\n')}
</tbody></table></body></html>
`;
}
