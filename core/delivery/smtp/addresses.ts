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
import {
  dnsFailureText,
  tellDnsAnswer,
  type Dns,
  type DnsFailure,
  type DnsFound,
  type MxRecord,
} from '../../util/dns.ts';
import type { Log } from '../../util/log.ts';
import { asciiName, type Destination } from './destination.ts';
import { createHostResolver, type HostAnswer } from './host-addresses.ts';
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
  /** With the program's reply filter. */
  readonly dns: Dns;
  /** Without: what getaddrinfo(3) asks. */
  readonly nativeDns: Dns;
  readonly log: Log;
  /** 0 up to 1. */
  readonly random: () => number;
}

/** One attempt to look something up, and its failure so far: a soft one wins over hard ones. */
interface Search {
  trouble: Trouble | undefined;
  /** Questions and answers, for the journey. */
  readonly told: string[];
}

const isSoft = (trouble: Trouble | undefined): boolean => trouble?.dsn.startsWith('4') === true;

/** The status of a failed MX look-up, where it is not 4.4.3. */
const MX_STATUS: Readonly<Partial<Record<DnsFailure['why'], string>>> = {
  unrecoverable: '5.4.3',
  malformed: '5.4.4',
  policy: '4.7.0',
};

export function createTargetFinder(dependencies: AddressFinderDependencies) {
  const { config, settings, dns, nativeDns, log, random } = dependencies;
  const isOwn = createOwnAddressTest(config);
  const protocols = parseProtocols(config.get('inet_protocols'));
  const families = Array.isArray(protocols) ? (protocols as readonly string[]) : ['ipv4', 'ipv6'];
  const types = (['A', 'AAAA'] as const).filter((t) => families.includes(t === 'A' ? 'ipv4' : 'ipv6'));

  const isMyAddress = (target: Target): boolean => {
    const bytes = parseIp(target.address);
    return bytes !== undefined && isOwn(bytes);
  };

  const resolver = createHostResolver({ dns, nativeDns, types });

  /** By smtp_host_lookup: the DNS, the native name service, or one after the other. */
  async function ask(host: string, search: Search): Promise<HostAnswer | undefined> {
    const { hostLookup } = settings;
    const soft = isSoft(search.trouble);
    const answer = hostLookup.has('dns') ? await resolver.byDns(host, soft) : undefined;
    if (!hostLookup.has('native') || answer?.mayBeNative === false) return answer;
    return resolver.byNative(host, soft);
  }

  /** The addresses of one host (smtp_addr_one). */
  async function addressesOf(host: string, preference: number, search: Search): Promise<readonly Target[]> {
    const literal = parseIp(host);
    if (literal !== undefined && families.includes(literal.length === 4 ? 'ipv4' : 'ipv6')) {
      return [{ host, address: formatIp(literal), preference }];
    }
    const answer = await ask(host, search);
    if (answer === undefined) return [];
    search.told.push(...answer.told);
    search.trouble = answer.trouble ?? search.trouble;
    return answer.addresses.map(({ address, name }) => ({
      host: settings.cnameOverridesServerName ? name : host,
      address,
      preference,
    }));
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
    const search: Search = { trouble: undefined, told: [] };
    const host = asciiName(name);
    const all = await addressesOf(host, 0, search);
    const how = search.told.join('; ') || `address ${host}`;
    if (detectsLoops && all.some(isMyAddress)) {
      const trouble = { dsn: '5.4.6', reason: `mail for ${name} loops back to myself` };
      return { targets: [], trouble, isMine: false, how };
    }
    return { targets: ordered(all), trouble: search.trouble, isMine: false, how };
  }

  async function exchangerTargets(
    name: string,
    answer: DnsFound<MxRecord>,
    detectsLoops: boolean,
  ): Promise<Found> {
    const search: Search = { trouble: undefined, told: [] };
    const exchangers = [...answer.records].sort((a, b) => a.preference - b.preference);
    const all: Target[] = [];
    for (const mx of exchangers) all.push(...(await addressesOf(mx.exchange, mx.preference, search)));
    const how = [`MX of ${name}: ${tellDnsAnswer(answer)}`, ...search.told].join('; ');
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
    const how = `MX of ${ascii}: ${tellDnsAnswer(answer)}`;
    const asHost = async (): Promise<Found> => {
      const found = await hostTargets(name, detectsLoops);
      return { ...found, how: `${how}; ${found.how}` };
    };
    const failed = (trouble: Trouble): Found => ({ targets: [], trouble, isMine: false, how });
    if (answer.kind === 'absent') return asHost();
    if (answer.kind !== 'found') {
      if (settings.ignoresMxLookupError && answer.why !== 'policy') return asHost();
      return failed({ dsn: MX_STATUS[answer.why] ?? '4.4.3', reason: dnsFailureText(ascii, 'MX', answer) });
    }
    if (answer.records.every(({ exchange }) => exchange === '')) {
      return failed({ dsn: '5.1.0', reason: `Domain ${ascii} does not accept mail (nullMX)` });
    }
    return exchangerTargets(name, answer, detectsLoops);
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
