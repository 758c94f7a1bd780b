/** Services of master.cf that cannot start, or that nobody can reach. */
import type { ConfigProblem, MasterService } from '../config.ts';
import type { Scope } from '../lookup.ts';
import { listenerAddress, listenerProblem } from '../loopback.ts';
import type { Settings } from '../settings.ts';

export interface Listening {
  readonly host: string;
  readonly port: string;
}

const DAEMONS = new Set(
  (
    'anvil bounce cleanup discard dnsblog error flush lmtp local nqmgr oqmgr pickup pipe postlogd postscreen proxymap qmgr ' +
    'qmqpd scache showq smtp smtpd spawn tlsmgr tlsproxy trivial-rewrite verify virtual'
  ).split(' '),
);
const PORTS: Readonly<Record<string, string>> = {
  lmtp: '24',
  smtp: '25',
  smtps: '465',
  submission: '587',
  submissions: '465',
};
/** One of these must stand in the relay or recipient restrictions, or the server would be an open relay. */
const REFUSALS = [
  'reject_unauth_destination',
  'defer_unauth_destination',
  'reject',
  'defer',
  'defer_if_permit',
  'check_relay_domains',
];
/** Parameters that name a transport. */
const TRANSPORTS = ['default_transport', 'local_transport', 'relay_transport', 'virtual_transport'];

export function serviceProblems(
  settings: Settings,
  scope: Scope,
  taken: ((address: Listening) => string | undefined) | undefined,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const last = new Map<string, MasterService>();
  for (const service of settings.services) {
    const key = `${service.type}/${service.name}`;
    if (last.has(key))
      problems.push(
        at(
          service,
          'warning',
          `duplicate master.cf entry for service "${service.name}" -- using the last entry`,
          'duplicate-service',
        ),
      );
    last.set(key, service);
    problems.push(...startProblems(service, settings, scope));
    problems.push(...takenProblems(service, scope, taken));
  }
  return [...problems, ...transportProblems(settings, scope)];
}

function at(
  service: MasterService,
  severity: ConfigProblem['severity'],
  message: string,
  rule = 'service-start',
): ConfigProblem {
  return { severity, ...service.origin, rule, message };
}

function startProblems(service: MasterService, settings: Settings, scope: Scope): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const program = service.command.slice(service.command.lastIndexOf('/') + 1);
  if (!DAEMONS.has(program))
    problems.push(
      at(service, 'error', `service ${service.name}: there is no daemon program "${service.command}"`),
    );
  if (service.startupError !== undefined) problems.push(at(service, 'error', service.startupError));
  const outside = listenerProblem(service, settings);
  if (outside !== undefined) problems.push(at(service, 'error', outside, 'outside-address'));
  if (program === 'smtpd' && isOpenRelay(scope.within(service)))
    problems.push(
      at(
        service,
        'error',
        'in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at least one working instance of: ' +
          'reject_unauth_destination, defer_unauth_destination, reject, defer, defer_if_permit or check_relay_domains',
        'open-relay',
      ),
    );
  return problems;
}

/** smtpd(8) does not start without a restriction that stops relaying. */
export function isOpenRelay(scope: Scope): boolean {
  const stops = (value: string, depth: number): boolean => {
    const words = value.split(/[, \t\r\n]+/);
    return words.some((word, index) => {
      if (words[index - 1] === 'warn_if_reject') return false;
      if (REFUSALS.includes(word)) return true;
      return depth < 10 && classes.has(word) && stops(scope.expanded(word) ?? '', depth + 1);
    });
  };
  const classes = new Set((scope.expanded('smtpd_restriction_classes') ?? '').split(/[, \t\r\n]+/));
  return !['smtpd_relay_restrictions', 'smtpd_recipient_restrictions'].some((name) =>
    stops(scope.expanded(name) ?? '', 0),
  );
}

function takenProblems(
  service: MasterService,
  scope: Scope,
  taken: ((address: Listening) => string | undefined) | undefined,
): readonly ConfigProblem[] {
  if (taken === undefined || service.type !== 'inet') return [];
  const { host, port: named } = listenerAddress(service);
  const port = PORTS[named] ?? named;
  const hosts = host === undefined ? scope.ownAddresses().map((a) => a.address) : [host];
  return hosts.flatMap((address) => {
    const holder = port === '0' ? undefined : taken({ host: address, port });
    if (holder === undefined) return [];
    const by = holder === '' ? '' : ` by ${holder}`;
    return [
      at(
        service,
        'error',
        `port ${port} of ${address} is taken${by}: give this service another port`,
        'port-taken',
      ),
    ];
  });
}

function transportProblems(settings: Settings, scope: Scope): readonly ConfigProblem[] {
  const known = new Set(settings.services.filter((s) => s.type !== 'inet').map((s) => s.name));
  return TRANSPORTS.flatMap((name) => {
    const set = scope.setting(name);
    const transport = /^[^:\s]+/.exec(scope.expanded(name) ?? '')?.[0] ?? '';
    if (set === undefined || transport === '' || known.has(transport)) return [];
    const message = `${name}: master.cf has no service "${transport}": mail for it waits in the queue`;
    return [
      { severity: 'warning' as const, ...set.origin, parameter: name, rule: 'unknown-transport', message },
    ];
  });
}
