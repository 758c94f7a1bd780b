/** Mistakes by which a server relays for strangers, though it starts and looks well. */
import type { ConfigProblem, MasterService, Origin } from '../config.ts';
import { orNothing } from './message.ts';
import type { CheckInput } from './input.ts';
import { commentedOut, logicalAt, physicalLine, replaced, type Word } from './lines.ts';
import type { Scope } from '../lookup.ts';
import { expandedList, listsOf, type Restriction } from './restriction-words.ts';

const STOPS = new Set([
  'reject_unauth_destination',
  'defer_unauth_destination',
  'reject',
  'defer',
  'defer_if_permit',
  'check_relay_domains',
]);
/** What may permit a client that nobody knows. */
const PERMITS = /^(?:permit|check_policy_service|check_(?:client|helo|sender|reverse_client)\w*_access)$/;
/** A network of more addresses than any site has. */
const WIDEST_V4 = 8;
const WIDEST_V6 = 16;

const isStop = (one: Restriction) => !one.isWarning && STOPS.has(one.name);

/** The restriction that may let strangers through before the list stops relaying; undefined: it stops them. */
function gapIn(list: readonly Restriction[]): Restriction | undefined | 'never stops' {
  const stop = list.findIndex(isStop);
  const gap = list.findIndex((one) => PERMITS.test(one.name));
  if (stop < 0) return 'never stops';
  return gap >= 0 && gap < stop ? list[gap] : undefined;
}

export function relayProblems(input: CheckInput): readonly ConfigProblem[] {
  const { settings, scope } = input;
  const servers = settings.services.filter(({ command }) => /(?:^|\/)smtpd$/.test(command));
  const scopes = servers.length === 0 ? [scope] : servers.map((service) => scope.within(service));
  return [
    ...scopes.flatMap((one, index) => orderProblems(input, one, servers[index])),
    ...trustProblems(input),
    ...domainProblems(input),
  ];
}

function orderProblems(
  { settings, scope, texts }: CheckInput,
  server: Scope,
  service: MasterService | undefined,
): readonly ConfigProblem[] {
  const names = ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions'] as const;
  const gaps = names.map((name) => gapIn(orNothingList(server, name)));
  if (gaps.includes(undefined)) return [];
  const at = gaps.findIndex((gap) => gap !== 'never stops');
  const gap = gaps[at];
  const name = names[at] ?? names[0];
  if (gap === undefined || gap === 'never stops') return [];
  const origin = service?.overrides.find((one) => one.name === name)?.origin ?? server.setting(name)?.origin;
  if (origin === undefined) return [];
  const written = listsOf(settings, scope, texts).find(
    (list) => list.name === name && list.origin.file === origin.file && list.origin.line === origin.line,
  );
  const word = written?.restrictions.find((one) => one.name === gap.name)?.words[0];
  return [orderProblem({ name, gap, origin, word, text: texts(origin.file) ?? '' })];
}

function orNothingList(scope: Scope, name: string): readonly Restriction[] {
  return orNothing(() => scope.expanded(name)) === '' ? [] : expandedList(scope, name);
}

function orderProblem(found: {
  readonly name: string;
  readonly gap: Restriction;
  readonly origin: Origin;
  readonly word: Word | undefined;
  readonly text: string;
}): ConfigProblem {
  const { name, gap, origin, word, text } = found;
  const isCertain = gap.name === 'permit';
  const line = word?.line ?? origin.line;
  const physical = physicalLine(text, line);
  const before = isCertain ? 'permit_mynetworks, reject_unauth_destination, ' : 'reject_unauth_destination, ';
  const fixed = word && physical.slice(0, word.column) + before + physical.slice(word.column);
  return {
    severity: 'warning',
    file: origin.file,
    line,
    parameter: name,
    rule: 'open-relay-order',
    message: isCertain
      ? `${name}: "permit" comes before anything stops relaying: this is an open relay`
      : `${name}: ${gap.name} comes before reject_unauth_destination: where it permits a client, that client may relay`,
    ...(fixed === undefined
      ? {}
      : {
          fix: {
            title: `Put reject_unauth_destination before ${gap.name}`,
            edits: [replaced(origin.file, line, isOverride(physical) ? fixed.replaceAll(', ', ',') : fixed)],
          },
        }),
  };
}

const isOverride = (physical: string) => /^\s*-o\s+[^{]/.test(physical);

/** mynetworks that holds the whole internet, or large parts of it. */
function trustProblems({ scope, settings, texts }: CheckInput): readonly ConfigProblem[] {
  const set = settings.main.get('mynetworks');
  if (set === undefined) return [];
  const wide = orNothing(() => scope.expanded('mynetworks'))
    .split(/[\s,]+/)
    .find((word) => isTooWide(word));
  if (wide === undefined) return [];
  const text = texts('main.cf') ?? '';
  const lines = logicalAt(text, set.origin.line)?.parts.map(({ line }) => line) ?? [];
  return [
    {
      severity: 'warning',
      ...set.origin,
      parameter: 'mynetworks',
      rule: 'open-relay-networks',
      message: `mynetworks: ${wide} trusts strangers: whoever permit_mynetworks lets through may relay`,
      fix: {
        title: 'Let mynetworks_style say which clients are trusted',
        edits: commentedOut(text, 'main.cf', lines),
      },
    },
  ];
}

function isTooWide(word: string): boolean {
  if (/^static:/.test(word)) return true;
  const [, address = '', bits = ''] = /^([\d.]+|\[?[0-9a-fA-F:]+\]?)\/(\d+)$/.exec(word) ?? [];
  if (bits === '') return false;
  if (address.includes(':')) return Number(bits) < WIDEST_V6 && !/^\[?f[cde]/i.test(address);
  return Number(bits) < WIDEST_V4;
}

/** relay_domains that holds every domain. */
function domainProblems({ scope, settings, texts }: CheckInput): readonly ConfigProblem[] {
  const set = settings.main.get('relay_domains');
  const every = orNothing(() => (set === undefined ? '' : scope.expanded('relay_domains')))
    .split(/[\s,]+/)
    .find((word) => /^static:/.test(word));
  if (set === undefined || every === undefined) return [];
  const text = texts('main.cf') ?? '';
  const lines = logicalAt(text, set.origin.line)?.parts.map(({ line }) => line) ?? [];
  return [
    {
      severity: 'warning',
      ...set.origin,
      parameter: 'relay_domains',
      rule: 'open-relay-domains',
      message: `relay_domains: ${every} is every domain: strangers may send through here to anybody`,
      fix: { title: 'Relay for nobody', edits: commentedOut(text, 'main.cf', lines) },
    },
  ];
}
