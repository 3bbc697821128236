/**
 * Who may import whom: the table of the architecture, checked by `npm test` and `npm run lint:imports`.
 * Data flows one way and so do imports; what is pure (model, protocols, rules, roll-ups, streams) never touches a disk or a socket.
 */

const model = '^src/model/';
const ports = '^src/ports(\\.ts$|/)';
const protocols = '^src/protocols/';
const rules = '^src/rules/';
const rollups = '^src/rollups/';
const config = '^src/config/';
const streams = '^src/streams/';
const actors = '^src/actors/';
/** The machinery; what it runs is named `*.actor.ts`. */
const kernel = '^src/actors/(?!.*\\.actor\\.ts$)';
const adapters = '^src/adapters/';
const observability = '^src/observability/';
const api = '^src/api/';
const simulator = '^src/simulator/';
const web = '^web/';

/** from → what of src it may import besides itself. `cluster`, `app.ts` and `cli` put everything together and may import all of it. */
const mayImport = [
  { name: 'model', from: model, to: [] },
  { name: 'ports', from: ports, to: [model] },
  { name: 'protocols', from: protocols, to: [model] },
  { name: 'rules', from: rules, to: [model] },
  { name: 'rollups', from: rollups, to: [model] },
  { name: 'config', from: config, to: [model] },
  { name: 'streams', from: streams, to: [model, ports, protocols, rules, rollups] },
  { name: 'actors', from: actors, to: [model, ports, streams] },
  { name: 'actors-kernel', from: kernel, to: ['^src/model/(errors|units)\\.ts$', '^src/ports/(clock|random)\\.ts$'] },
  { name: 'adapters', from: adapters, to: [model, ports] },
  { name: 'observability', from: observability, to: [model, ports] },
  { name: 'api', from: api, to: [model, ports, config, rules, rollups] },
  { name: 'simulator', from: simulator, to: [model, protocols] },
  { name: 'web', from: web, to: ['^src/(api/wire|model|ports)/'] },
];

/** A test may set its subject up with anything; a contract suite is a test that several adapters share. */
const test = '(\\.test\\.tsx?|-contract\\.ts)$';
const testCode = [test, '^tests/', '^bench/', '^accuracy/'];

module.exports = {
  forbidden: [
    ...mayImport.map(({ name, from, to }) => ({
      name: `direction-${name}`,
      comment: `${name} may import of src only: ${['itself', ...to].join(', ')}`,
      severity: 'error',
      from: { path: from, pathNot: test },
      to: { path: '^src/', pathNot: [from, ...to] },
    })),
    {
      name: 'kernel-stands-alone',
      comment: 'the actor kernel knows rxjs and node, and no other package',
      severity: 'error',
      from: { path: kernel, pathNot: test },
      to: { path: 'node_modules/', pathNot: 'node_modules/rxjs/' },
    },
    {
      name: 'pure-means-no-io',
      comment: 'a fold that reads a file, a socket or a process is not the same when it is replayed',
      severity: 'error',
      from: { path: [model, protocols, rules, rollups, streams], pathNot: test },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(fs|net|tls|http|https|http2|dgram|dns|child_process|cluster|worker_threads|os)(/|$)',
      },
    },
    {
      name: 'web-takes-types-only',
      comment: 'the dashboard shares types with the server, never its code',
      severity: 'error',
      from: { path: web },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'server-knows-no-web',
      severity: 'error',
      from: { path: '^(src|migrations|bench)/' },
      to: { path: web },
    },
    {
      name: 'product-knows-no-tests',
      severity: 'error',
      from: { path: '^(src|migrations|web)/', pathNot: test },
      to: { path: testCode },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'obd-parser-in-tests-only',
      comment: 'it is GPL-3.0 and decodes 13 PIDs, some wrongly: a cross-check, not a part of the product',
      severity: 'error',
      from: { pathNot: testCode },
      to: { path: 'node_modules/obd-parser/' },
    },
    {
      name: 'product-runs-without-dev-dependencies',
      comment: 'the container image is installed with --omit=dev',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: test },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    exclude: { path: '^(dist|\\.cache)/' },
  },
};
