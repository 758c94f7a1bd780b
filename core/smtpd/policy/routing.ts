/** Sender-specified routing: `user%elsewhere@here`, `elsewhere!user@here`, `"user@elsewhere"@here` (RESOLVE_FLAG_ROUTED). */
import type { Resolution } from '../../address/resolution.ts';
import type { PolicyContext } from './context.ts';

/** True when mail would be passed on to a place that the receiving domain does not speak for. */
export function isRouted(context: PolicyContext, resolution: Resolution): boolean {
  if (context.settings.allowsUntrustedRouting) return false;
  return resolution.kind === 'resolved' && resolution.routed === true;
}

/** Whether the destination is ours: mydestination, virtual domains, relay_domains (permit_auth_destination). */
export function isAuthorized(context: PolicyContext, resolution: Resolution): boolean {
  if (resolution.kind !== 'resolved' || resolution.class === 'default') return false;
  return !isRouted(context, resolution);
}
