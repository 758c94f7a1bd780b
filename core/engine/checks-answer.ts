/** Checks as the contract has them: what core keeps from being changed, copied. */
import type { Checks as Answer } from '../api/contract/checks.ts';
import type { Checks } from '../message/message.ts';

export function toChecks({ message, links, html, unsubscribe }: Checks): Answer {
  return {
    message: [...message],
    links: links.map((link) => ({ ...link, warnings: [...link.warnings] })),
    ...(html === undefined
      ? {}
      : {
          html: {
            ...html,
            families: [...html.families],
            features: html.features.map((feature) => ({
              ...feature,
              families: feature.families.map((family) => ({ ...family, notes: [...family.notes] })),
            })),
          },
        }),
    ...(unsubscribe === undefined
      ? {}
      : {
          unsubscribe: {
            ...unsubscribe,
            targets: [...unsubscribe.targets],
            findings: [...unsubscribe.findings],
          },
        }),
  };
}
