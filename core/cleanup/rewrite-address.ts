/** canonical_maps and masquerade_domains: one address becomes another one (cleanup_map11, cleanup_masquerade). */
import { quoteLocal } from '../address/parse.ts';
import { PROBLEM } from './errors.ts';
import type { Maybe } from '../tables/maybe.ts';
import type { CanonicalRule } from './settings.ts';
import type { State } from './state.ts';
import { note, tableFailed, tableSource } from './state.ts';

const MAX_REWRITES = 10;

/** Where an address stands: the words of canonical_classes and masquerade_classes. */
export type AddressClass = 'envelope_sender' | 'envelope_recipient' | 'header_sender' | 'header_recipient';

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Follows one table until an address maps onto itself or is not found. */
async function applyRule(state: State, rule: CanonicalRule, address: string): Promise<string> {
  const { mapper, settings, log } = state.tools;
  const { queueId } = state.submission;
  let current = address;
  for (let count = 0; count < MAX_REWRITES; count++) {
    const answer = mapper.map(rule.maps, current, settings.propagatesCanonical);
    const mapped = answer instanceof Promise ? await answer : answer;
    if (mapped.kind === 'absent') return current;
    if (mapped.kind === 'unavailable') {
      tableFailed(state, `${rule.name} map lookup problem for ${quoteLocal(current)}`, mapped);
      return current;
    }
    const next = mapped.addresses[0] ?? current;
    if (mapped.addresses.length > 1) {
      log.warning(`${queueId}: multi-valued ${rule.name} entry for ${quoteLocal(current)}`);
    }
    if (next !== current) {
      note(state, 'info', `${rule.name} ${current} -> ${next}`, { source: tableSource(mapped.source) });
    }
    const isItself = isSame(current, next);
    current = next;
    if (isItself) return current;
  }
  log.warning(
    `${queueId}: unreasonable ${rule.name} map nesting for ${quoteLocal(current)} -- message not accepted, try again later`,
  );
  state.problems |= PROBLEM.write;
  return current;
}

/** Takes subdomains off (masquerade_domains): the first entry that matches decides, `!` in front keeps the domain. */
function masquerade(domains: readonly string[], address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return address;
  const domain = address.slice(at + 1).toLowerCase();
  for (const entry of domains) {
    const parent = entry.replace(/^!+/, '');
    const keeps = (entry.length - parent.length) % 2 === 1;
    if (parent === '') continue;
    if (domain === parent.toLowerCase()) return address;
    if (domain.endsWith(`.${parent.toLowerCase()}`))
      return keeps ? address : address.slice(0, at + 1) + parent;
  }
  return address;
}

async function masqueraded(state: State, where: AddressClass, address: string): Promise<string> {
  const { settings, isMasqueradeException, log } = state.tools;
  if (settings.masqueradeDomains.length === 0 || !settings.masqueradeClasses.has(where)) return address;
  const next = masquerade(settings.masqueradeDomains, address);
  if (next === address) return address;
  const name = quoteLocal(address).slice(0, quoteLocal(address).lastIndexOf('@')).toLowerCase();
  const isException = await isMasqueradeException(name);
  if (isException === 'unavailable') {
    log.info(`${state.submission.queueId}: masquerade_exceptions lookup error -- deferring delivery`);
    state.problems |= PROBLEM.write;
  }
  if (isException !== false) return address;
  note(state, 'info', `masquerade_domains ${address} -> ${next}`, {
    source: { kind: 'parameter', name: 'masquerade_domains', value: settings.masqueradeDomains.join(' ') },
  });
  return next;
}

/** Whether canonicalised addresses can differ from what trivial-rewrite makes of them. */
export function isCanonicalising(state: State, where: AddressClass): boolean {
  if (!state.mapsAddresses) return false;
  const { settings } = state.tools;
  const rules = where.endsWith('sender') ? settings.senderCanonical : settings.recipientCanonical;
  return (
    rules.some((rule) => rule.classes.has(where)) ||
    (settings.masqueradeDomains.length > 0 && settings.masqueradeClasses.has(where))
  );
}

/** Canonical mapping and masquerading, in this order; internal form in and out. */
export function canonicalise(state: State, where: AddressClass, address: string): Maybe<string> {
  return isCanonicalising(state, where) ? applyRules(state, where, address) : address;
}

async function applyRules(state: State, where: AddressClass, address: string): Promise<string> {
  const { settings } = state.tools;
  const rules = where.endsWith('sender') ? settings.senderCanonical : settings.recipientCanonical;
  let current = address;
  for (const rule of rules) {
    if (rule.classes.has(where)) current = await applyRule(state, rule, current);
  }
  return masqueraded(state, where, current);
}
