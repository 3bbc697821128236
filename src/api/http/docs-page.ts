interface Media {
  schema: unknown;
  example?: unknown;
}

interface Operation {
  tags: string[];
  summary: string;
  parameters: { name: string; in: string; required: boolean; description?: string; schema: unknown }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> } | { $ref: string }>;
}

const STYLE = `
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a2027;background:#fff}
h2{margin-top:2.5rem;border-bottom:1px solid #d5dbe1;text-transform:capitalize}
summary{cursor:pointer;padding:.35rem 0}summary code{font-weight:600}
.get{color:#1565c0}.post{color:#2e7d32}.put,.patch{color:#b25d00}.delete{color:#c62828}
pre{background:#f4f6f8;padding:.7rem;overflow:auto;font-size:13px}table{border-collapse:collapse}td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}
@media (prefers-color-scheme:dark){body{background:#14181c;color:#dde3e8}pre{background:#1e242a}h2{border-color:#39424b}.get{color:#64b5f6}.post{color:#81c784}.put,.patch{color:#ffb74d}.delete{color:#e57373}}`;

/** A readable page of the API, made of its OpenAPI. One file, no script: it may stand under a strict content security policy. */
export const docsPageOf = (openApi: Record<string, unknown>): string => {
  const { info, paths, components } = openApi as {
    info: { title: string; version: string; description: string };
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, unknown>; responses: Record<string, { description: string }> };
  };
  const byTag = new Map<string, string[]>();
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags[0] ?? 'other';
      byTag.set(tag, [...(byTag.get(tag) ?? []), operationHtml(method, path, operation)]);
    }
  }
  const sections = [...byTag].map(([tag, operations]) => `<h2 id="${tag}">${escaped(tag)}</h2>${operations.join('')}`);
  const refusals = Object.entries(components.responses).map(
    ([name, { description }]) =>
      `<tr id="refused-${name.slice(-3)}"><td><code>${name.slice(-3)}</code></td><td>${escaped(description)}</td></tr>`,
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="schema-${escaped(name)}"><summary><code>${escaped(name)}</code></summary>${jsonHtml(schema)}</details>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(info.title)} API</title><style>${STYLE}</style></head><body>
<h1>${escaped(info.title)} API ${escaped(info.version)}</h1><p>${escaped(info.description)}</p>
<p>Send <code>Authorization: Bearer &lt;token&gt;</code>. For programs: <a href="openapi.json">openapi.json</a>.</p>
${sections.join('\n')}<h2>Refusals</h2><table>${refusals.join('')}</table><h2>Schemas</h2>${schemas.join('')}</body></html>`;
};

const operationHtml = (method: string, path: string, { summary, parameters, requestBody, responses }: Operation): string => {
  const rows = parameters.map(
    ({ name, in: where, required, description, schema }) =>
      `<tr><td><code>${escaped(name)}</code></td><td>${where}${required ? '' : ', optional'}</td><td>${escaped(description ?? '')} <code>${escaped(JSON.stringify(schema))}</code></td></tr>`,
  );
  const body = Object.entries(requestBody?.content ?? {}).map(
    ([type, media]) => `<p>Body <code>${escaped(type)}</code></p>${mediaHtml(media)}`,
  );
  const answers = Object.entries(responses).flatMap(([status, answer]) => {
    if ('$ref' in answer || status === 'default') return [];
    const shapes = Object.entries(answer.content ?? {}).map(
      ([type, media]) => `<code>${escaped(type)}</code>${mediaHtml(media)}`,
    );
    return [`<p>${status}: ${escaped(answer.description)}</p>${shapes.join('')}`];
  });
  const refusals = Object.keys(responses).filter(status => '$ref' in responses[status]!);
  return `<details><summary><code><span class="${method}">${method.toUpperCase()}</span> ${escaped(path)}</code> — ${escaped(summary)}</summary>
${rows.length > 0 ? `<table>${rows.join('')}</table>` : ''}${body.join('')}${answers.join('')}<p>Else: ${refusals.map(status => `<a href="#refused-${status}">${status}</a>`).join(' ')}</p></details>`;
};

/** An example says more than a schema, so it stands first. */
const mediaHtml = ({ schema, example }: Media): string =>
  example === undefined
    ? jsonHtml(schema)
    : `${jsonHtml(example)}<details><summary>Schema</summary>${jsonHtml(schema)}</details>`;

const jsonHtml = (value: unknown): string => `<pre>${escaped(JSON.stringify(value, null, 2))}</pre>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
