/** The configuration that every scenario begins with, and how the scenario's own lines go on top of it. */
import type { Scenario } from './types.ts';

/** In the place of the recorded Postfix's own line: a sandbox refuses commands unless told otherwise, that one ran them. */
const OWN_LINE = { text: 'sandpost_allow_commands = yes', standsFor: 'maillog_file' };
const BASE_MAIN = [
  'compatibility_level = 3.6',
  OWN_LINE.text,
  'alias_maps = lmdb:{config_directory}/aliases',
  'alias_database = lmdb:{config_directory}/aliases',
];
export const BASE_ALIASES = 'MAILER-DAEMON: postmaster\npostmaster: root\n';
const BASE_MASTER = `
smtp      inet  n       -       n       -       -       smtpd
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
proxywrite unix -       -       n       -       1       proxymap
smtp      unix  -       -       n       -       -       smtp
relay     unix  -       -       n       -       -       smtp
  -o syslog_name=postfix/$service_name
showq     unix  n       -       n       -       -       showq
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
local     unix  -       n       n       -       -       local
virtual   unix  -       n       n       -       -       virtual
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
`
  .trim()
  .split('\n');

/** master.cf lines to logical entries; comments dropped. */
function masterEntries(lines: readonly string[]): string[][] {
  const entries: string[][] = [];
  for (const line of lines) {
    if (/^\s*(#|$)/.test(line)) continue;
    const last = entries.at(-1);
    if (/^\s/.test(line) && last !== undefined) last.push(line);
    else entries.push([line]);
  }
  return entries;
}

const serviceKey = (entry: readonly string[]) => (entry[0] ?? '').trim().split(/\s+/).slice(0, 2).join(' ');

/** The scenario's master.cf: an entry replaces the base one of the same name and type. */
export function masterCf(scenario: Scenario): readonly string[] {
  if (scenario['master.cf:raw'] !== undefined) return scenario['master.cf:raw'];
  const replacing = new Map(
    masterEntries(scenario['master.cf'] ?? []).map((entry) => [serviceKey(entry), entry]),
  );
  const merged = masterEntries(BASE_MASTER).map((entry) => {
    const other = replacing.get(serviceKey(entry));
    replacing.delete(serviceKey(entry));
    return other ?? entry;
  });
  return [...merged, ...replacing.values()].flat();
}

/** The scenario's main.cf: base lines that it sets itself, or does without, are left out. */
export function mainCf(spec: {
  readonly 'main.cf'?: readonly string[];
  readonly nobase?: readonly string[];
}): string {
  const lines = spec['main.cf'] ?? [];
  const nameOf = (line: string) =>
    line === OWN_LINE.text ? OWN_LINE.standsFor : (line.split('=')[0] ?? '').trim();
  const isOverridden = (line: string) =>
    lines.some((other) => nameOf(other) === nameOf(line)) || spec.nobase?.includes(nameOf(line)) === true;
  return `${[...BASE_MAIN.filter((line) => !isOverridden(line)), ...lines].join('\n')}\n`;
}
