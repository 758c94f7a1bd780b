/** Addresses of other machines: nothing of a sandbox connects there, so the parameter is refused where it is written. */
import type { ConfigProblem, Origin } from '../config.ts';
import { orNothing } from './message.ts';
import { isLoopback } from '../../util/net-guard.ts';
import type { Scope } from '../lookup.ts';
import { familyOf } from '../networks.ts';
import type { Settings } from '../settings.ts';
import { splitGroups } from '../values.ts';

/** Parameters whose value is `transport:nexthop`, `nexthop`, or a list of them. */
const DESTINATIONS =
  /(^|_)(relayhost|fallback_relay|transport|content_filter|smtpd_proxy_filter|bind_address6?|milters)$|^(content_filter|smtpd_proxy_filter)$/;

export function addressProblems(settings: Settings, scope: Scope): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const look = (name: string, value: string, origin: Origin) => {
    for (const address of outsideAddresses(name, value))
      problems.push({
        severity: 'error',
        ...origin,
        parameter: name,
        rule: 'outside-address',
        message: `${name}: ${address} is not a loopback address, and nothing leaves a sandbox`,
      });
  };
  for (const [name, { origin }] of settings.main)
    look(
      name,
      orNothing(() => scope.expanded(name)),
      origin,
    );
  for (const service of settings.services) {
    const local = scope.within(service);
    for (const { name, origin } of service.overrides)
      look(
        name,
        orNothing(() => local.expanded(name)),
        origin,
      );
  }
  return problems;
}

/** The address literals in a value that something would connect to, or bind to. */
export function outsideAddresses(name: string, value: string): readonly string[] {
  const found = [...value.matchAll(/\b(?:inet|tcp):(\[[^\]]*\]|[^\s,:{}]+):\w+/gi)].map((m) => m[1] ?? '');
  if (DESTINATIONS.test(name))
    for (const word of splitGroups(value)) {
      if (/^(error|discard|retry):/.test(word)) break;
      found.push(/\[([^\]]*)\]/.exec(word)?.[1] ?? bareAddress(word));
    }
  return [...new Set(found)].filter((text) => {
    const address = text.replace(/^\[(?:ipv6:)?(.*)\]$|^ipv6:/i, '$1');
    return (
      familyOf(address) !== undefined && !isLoopback(address) && address !== '0.0.0.0' && address !== '::'
    );
  });
}

/** `smtp:192.0.2.1:25`, `192.0.2.1` */
function bareAddress(word: string): string {
  return /(?:^|:)(\d+\.\d+\.\d+\.\d+)(?::\w+)?$/.exec(word)?.[1] ?? word;
}
