/** The import table of ARCHITECTURE.md, enforced. A later folder may use an earlier one, never the reverse. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$|/testing|test-support' },
  to: { path: '^(core|electron|renderer)/', pathNot: allowed },
});
const core = (...folders) => `^core/(${folders.join('|')})/`;

export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      // Types that name each other are one thought in two files; code that does is a knot.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '\\.test\\.ts$', '(^|/)tsconfig'] },
      to: {},
    },
    only('mail-is-words', '^core/(mail|util)/', core('mail', 'util')),
    only(
      'config-tables-store',
      '^core/(config|tables|store)/',
      core('mail', 'util', 'config', 'tables', 'store'),
    ),
    only(
      'address-bounce-journey',
      '^core/(address|bounce|message)/',
      core('mail', 'util', 'config', 'tables', 'store', 'address', 'bounce', 'journey', 'message'),
    ),
    only(
      'delivery-knows-no-queue',
      '^core/delivery/',
      core('mail', 'util', 'config', 'tables', 'store', 'address', 'bounce', 'dns', 'journey', 'delivery'),
    ),
    only(
      'cleanup',
      '^core/cleanup/',
      core('mail', 'util', 'config', 'tables', 'store', 'address', 'journey', 'cleanup'),
    ),
    only(
      'queue',
      '^core/queue/',
      core('mail', 'util', 'config', 'tables', 'store', 'address', 'bounce', 'journey', 'queue'),
    ),
    only('compose', '^core/compose/', core('mail', 'util', 'compose')),
    only('archive', '^core/archive/', core('mail', 'util', 'archive')),
    only('dns', '^core/dns/', core('mail', 'util', 'config', 'tables', 'address', 'dns')),
    only(
      'smtpd',
      '^core/smtpd/',
      core('mail', 'util', 'config', 'tables', 'address', 'dns', 'journey', 'smtpd'),
    ),
    only('verify', '^core/verify/', core('mail', 'util', 'config', 'verify')),
    only(
      'journey-asks-all-that-decide',
      '^core/journey/',
      '^core/(mail|util|config|tables|store|address|message|smtpd|cleanup|queue|delivery|bounce|journey|api/contract)',
    ),
    only('contract-is-pure', '^core/api/contract', '^core/(api/contract|mail)'),
    only('renderer', '^renderer/', '^(renderer/|core/(api/contract|mail|archive))'),
    only('electron', '^electron/', '^(electron/|core/sandbox|core/api/|core/util/|core/mail/)'),
    {
      name: 'core-has-no-ui',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: '^(electron|renderer)/|node_modules/(electron|svelte)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.svelte', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types', 'svelte'],
    },
  },
};
