/**
 * From a destination to addresses in the order they are tried (smtp_addr(3)): MX look-up, host look-up, preference,
 * shuffling, and whether the way leads back to this machine. All of it by the sandbox's own DNS table.
 *
 * RFC 5321 section 5.1 (MX), RFC 7505 (null MX). A temporary failure of one look-up never becomes a bounce by another.
 */
import { createOwnAddressTest } from '../../address/own-addresses.ts';
import type { Config } from '../../config/config.ts';
import { parseProtocols } from '../../config/networks.ts';
import { formatIp, parseIp } from '../../tables/ip.ts';
import type { Dns, DnsAnswer, MxRecord } from '../../util/dns.ts';
import type { Log } from '../../util/log.ts';
import { asciiName, type Destination } from './destination.ts';
import type { SmtpSettings } from './settings.ts';

/** One address of one host. */
export interface Target {
  readonly host: string;
  /** Numeric, without brackets. */
  readonly address: string;
  readonly preference: number;
}

/** Why something failed: what a delivery status says when nothing better comes. */
export interface Trouble {
  readonly dsn: string;
  readonly reason: string;
}

export interface Found {
  readonly targets: readonly Target[];
  /** Set when there are no targets; may be set beside some. */
  readonly trouble: Trouble | undefined;
  /** This machine is among the mail exchangers. */
  readonly isMine: boolean;
  /** What was looked up, in words: for the journey. */
  readonly how: string;
}

export interface AddressFinderDependencies {
  readonly config: Config;
  readonly settings: SmtpSettings;
  readonly dns: Dns;
  readonly log: Log;
  /** 0 up to 1. */
  readonly random: () => number;
}

/** One attempt to look something up, and its failure so far: a soft one wins over hard ones. */
interface Search {
  trouble: Trouble | undefined;
}

const isSoft = (trouble: Trouble | undefined): boolean => trouble?.dsn.startsWith('4') === true;

type RecordType = 'MX' | 'A' | 'AAAA';

function failureText(name: string, type: RecordType, answer: Exclude<DnsAnswer<unknown>, { kind: 'found' }>) {
  const why =
    answer.kind === 'servfail'
      ? answer.reason
      : answer.why === 'nxdomain'
        ? 'Host not found'
        : 'Host found but no data record of requested type';
  return `Host or domain name not found. Name service error for name=${name} type=${type}: ${why}`;
}

export function createTargetFinder({ config, settings, dns, log, random }: AddressFinderDependencies) {
  const isOwn = createOwnAddressTest(config);
  const protocols = parseProtocols(config.get('inet_protocols'));
  const families = Array.isArray(protocols) ? (protocols as readonly string[]) : ['ipv4', 'ipv6'];
  const types = (['A', 'AAAA'] as const).filter((t) => families.includes(t === 'A' ? 'ipv4' : 'ipv6'));

  const isMyAddress = (target: Target): boolean => {
    const bytes = parseIp(target.address);
    return bytes !== undefined && isOwn(bytes);
  };

  /** `isFinal`: the native name service need not be asked as well. */
  async function byDns(
    host: string,
    search: Search,
  ): Promise<{ readonly addresses: readonly string[]; readonly isFinal: boolean }> {
    const found: string[] = [];
    let failure: { readonly text: string; readonly isSoft: boolean } | undefined;
    for (const type of types) {
      const answer = type === 'A' ? await dns.a(host) : await dns.aaaa(host);
      if (answer.kind === 'found') found.push(...answer.records);
      else if (failure?.isSoft !== true) {
        failure = { text: failureText(host, type, answer), isSoft: answer.kind === 'servfail' };
      }
    }
    if (found.length > 0 || failure === undefined) return { addresses: found, isFinal: true };
    const dsn = failure.isSoft ? '4.4.3' : isSoft(search.trouble) ? '4.4.4' : '5.4.4';
    search.trouble = { dsn, reason: failure.text };
    return { addresses: [], isFinal: failure.isSoft };
  }

  /** As getaddrinfo(3) would: the same table stands for /etc/hosts, only the words differ. */
  async function byNative(host: string, search: Search): Promise<readonly string[]> {
    const answers = await Promise.all(types.map((type) => (type === 'A' ? dns.a(host) : dns.aaaa(host))));
    const found = answers.flatMap((answer) => (answer.kind === 'found' ? answer.records : []));
    if (found.length > 0) return found;
    const isTemporary = answers.some((answer) => answer.kind === 'servfail');
    const isEmpty = answers.some((answer) => answer.kind === 'absent' && answer.why === 'nodata');
    const why = isTemporary
      ? 'Temporary failure in name resolution'
      : isEmpty
        ? 'No address associated with hostname'
        : 'Name or service not known';
    const dsn = isTemporary || isSoft(search.trouble) ? '4.4.4' : '5.4.4';
    search.trouble = { dsn, reason: `unable to look up host ${host}: ${why}` };
    return [];
  }

  /** The addresses of one host (smtp_addr_one). */
  async function addressesOf(host: string, preference: number, search: Search): Promise<readonly Target[]> {
    const literal = parseIp(host);
    if (literal !== undefined && families.includes(literal.length === 4 ? 'ipv4' : 'ipv6')) {
      return [{ host, address: formatIp(literal), preference }];
    }
    const { hostLookup } = settings;
    const asked = hostLookup.has('dns') ? await byDns(host, search) : { addresses: [], isFinal: false };
    const addresses =
      !asked.isFinal && hostLookup.has('native') ? await byNative(host, search) : asked.addresses;
    return addresses.map((address) => ({ host, address, preference }));
  }

  function shuffle<Item>(items: readonly Item[]): readonly Item[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [result[i], result[j]] = [result[j] as Item, result[i] as Item];
    }
    return result;
  }

  /** Preference first; then the preferred protocol; what is equal stays in (shuffled) order. */
  function ordered(targets: readonly Target[]): readonly Target[] {
    const { addressPreference, balancesProtocols, addressLimit } = settings;
    const isLate = ({ address }: Target) =>
      addressPreference === 'any' ? 0 : Number(address.includes(':') !== (addressPreference === 'ipv6'));
    const shuffled = settings.randomizesAddresses ? shuffle(targets) : targets;
    const sorted = [...shuffled].sort((a, b) => a.preference - b.preference || isLate(a) - isLate(b));
    return addressLimit > 0 && balancesProtocols ? balanced(sorted, addressLimit) : sorted;
  }

  /** The addresses of a destination that is a host (smtp_host_addr). */
  async function hostTargets(name: string, detectsLoops: boolean): Promise<Found> {
    const search: Search = { trouble: undefined };
    const host = asciiName(name);
    const all = await addressesOf(host, 0, search);
    const how = `addresses of ${host}`;
    if (detectsLoops && all.some(isMyAddress)) {
      const trouble = { dsn: '5.4.6', reason: `mail for ${name} loops back to myself` };
      return { targets: [], trouble, isMine: false, how };
    }
    return { targets: ordered(all), trouble: search.trouble, isMine: false, how };
  }

  async function exchangerTargets(
    name: string,
    records: readonly MxRecord[],
    detectsLoops: boolean,
  ): Promise<Found> {
    const search: Search = { trouble: undefined };
    const exchangers = [...records].sort((a, b) => a.preference - b.preference);
    const how = `MX of ${name}: ${exchangers.map((mx) => `${mx.preference} ${mx.exchange}`).join(', ')}`;
    const all: Target[] = [];
    for (const mx of exchangers) all.push(...(await addressesOf(mx.exchange, mx.preference, search)));
    if (all.length === 0) {
      const { trouble } = search;
      log.warning(`no MX host for ${name} has a valid address record`);
      const isKept = settings.defersIfNoMxAddress && trouble !== undefined;
      const soft = isKept ? { ...trouble, dsn: `4${trouble.dsn.slice(1)}` } : trouble;
      return { targets: [], trouble: soft, isMine: false, how };
    }
    const self = detectsLoops ? all.find(isMyAddress) : undefined;
    if (self === undefined) return { targets: ordered(all), trouble: search.trouble, isMine: false, how };
    // only what is better than this machine itself: the others would send it back
    const better = all.slice(
      0,
      all.findIndex(({ preference }) => preference === self.preference),
    );
    const isPrimaryLost = exchangers[0]?.preference !== all[0]?.preference;
    const trouble = isPrimaryLost
      ? { dsn: '4.4.4', reason: `unable to find primary relay for ${name}` }
      : { dsn: '5.4.6', reason: `mail for ${name} loops back to myself` };
    return {
      targets: ordered(better),
      trouble: better.length === 0 ? trouble : search.trouble,
      isMine: true,
      how,
    };
  }

  /** The mail exchangers of a domain (smtp_domain_addr). */
  async function domainTargets(name: string, detectsLoops: boolean): Promise<Found> {
    const ascii = asciiName(name);
    const answer = await dns.mx(ascii);
    if (answer.kind === 'absent') return hostTargets(name, detectsLoops);
    if (answer.kind === 'servfail') {
      if (settings.ignoresMxLookupError) return hostTargets(name, detectsLoops);
      const trouble = { dsn: '4.4.3', reason: failureText(ascii, 'MX', answer) };
      return { targets: [], trouble, isMine: false, how: `MX of ${ascii}` };
    }
    const isNull = answer.records.length === 1 && answer.records[0]?.exchange === '';
    if (isNull) {
      const trouble = { dsn: '5.1.0', reason: `Domain ${ascii} does not accept mail (nullMX)` };
      return { targets: [], trouble, isMine: false, how: `MX of ${ascii}: null MX` };
    }
    return exchangerTargets(name, answer.records, detectsLoops);
  }

  /** Finds the addresses of one destination. Loops are looked for at port 25, where others would deliver. */
  return function findTargets(destination: Destination): Promise<Found> {
    const detectsLoops = settings.mode === 'smtp' && destination.port === 25;
    const asksMx = settings.mode === 'smtp' && settings.usesDns && !destination.isLiteral;
    return asksMx
      ? domainTargets(destination.host, detectsLoops)
      : hostTargets(destination.host, detectsLoops);
  };
}

/** Keeps one protocol from crowding the other out of the limit (smtp_balance_inet_protocols). */
function balanced(targets: readonly Target[], limit: number): readonly Target[] {
  const sixes = targets.filter(({ address }) => address.includes(':')).length;
  const fours = targets.length - sixes;
  if (sixes === 0 || fours === 0 || targets.length <= limit) return targets;
  const half = Math.floor(limit / 2);
  const startsWithFour = targets[0]?.address.includes(':') === false;
  let keepFours = Math.floor((limit + Number(startsWithFour)) / 2);
  if (sixes <= half) keepFours = limit - sixes;
  else if (fours <= half) keepFours = fours;
  const left = { four: keepFours, six: limit - keepFours };
  return targets.filter(({ address }) => left[address.includes(':') ? 'six' : 'four']-- > 0);
}
