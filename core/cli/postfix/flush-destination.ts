/**
 * Whether `postqueue -s` may flush a destination: flush(8) keeps a list of deferred mail only for what
 * `fast_flush_domains` names, and subdomains of that where `parent_domain_matches_subdomains` says so.
 */
import { isIP } from 'node:net';
import { hostnameProblem } from '../../config/hostname.ts';
import type { SandpostClient } from '../../api/client.ts';

/** A host name, or an address in brackets. */
export function isDestination(site: string): boolean {
  const literal = /^\[(?:ipv6:)?(.*)\]$/i.exec(site);
  return literal === null ? hostnameProblem(site) === undefined : isIP(literal[1] ?? '') !== 0;
}

const words = (value: string) => value.split(/[\s,]+/).filter((word) => word !== '');

/** The domain and those above it, as match_list(3) asks for them: `.parent` only where subdomains do not match. */
function candidates(site: string, parentsMatch: boolean): readonly string[] {
  const labels = site.split('.');
  const parents = labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'));
  return [site, ...parents.map((parent) => (parentsMatch ? parent : `.${parent}`))];
}

export async function isFlushable(client: SandpostClient, site: string): Promise<boolean> {
  const [domains, parentLists] = await Promise.all([
    client.config.parameter({ name: 'fast_flush_domains' }),
    client.config.parameter({ name: 'parent_domain_matches_subdomains' }),
  ]);
  const listed = new Set(words(domains.expanded.toLowerCase()));
  const parentsMatch = words(parentLists.expanded).includes('fast_flush_domains');
  return candidates(site.toLowerCase(), parentsMatch).some((name) => listed.has(name));
}
