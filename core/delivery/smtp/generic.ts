/** smtp_generic_maps: addresses of this machine become ones that the world knows (generic(5), smtp_map11(3)). */
import { createAddressFinder } from '../../address/find.ts';
import { rewriteAddressHeader } from '../../address/header.ts';
import { createAddressMapper } from '../../address/map.ts';
import { createRewriter } from '../../address/rewrite.ts';
import type { Config } from '../../config/config.ts';
import { decodeBytes, encodeBytes } from '../../mail/byte-string.ts';
import type { Source } from '../../mail/journey.ts';
import { quoteLocal } from '../../mail/quote.ts';
import { internalize, scanTokens } from '../../mail/tokens.ts';
import type { Tables } from '../../tables/table.ts';
import type { Log } from '../../util/log.ts';
import type { SmtpSettings } from './settings.ts';

export interface Mapped {
  readonly from: string;
  readonly to: string;
  readonly source: Source;
}

export interface Generic {
  /** An envelope address, internal form. @throws Error when a table does not answer: smtp(8) dies of it */
  map(address: string): Promise<string>;
  /** A header with addresses, a byte string without line end. */
  mapHeader(header: string): Promise<string>;
}

export interface GenericDependencies {
  readonly config: Config;
  readonly tables: Tables;
  readonly settings: SmtpSettings;
  readonly log: Log;
}

/** undefined: no table is configured, nothing is mapped. `onMapped` hears of every address that became another. */
export function createGeneric({ config, tables, settings, log }: GenericDependencies) {
  const { name, maps } = settings.generic;
  if (maps.isEmpty) return undefined;
  const finder = createAddressFinder({ config, tables });
  const mapper = createAddressMapper({ finder, rewriter: createRewriter(config) });

  return (onMapped: (mapped: Mapped) => void): Generic => {
    async function map(address: string): Promise<string> {
      if (address === '') return address;
      const result = await mapper.map(maps, address, settings.propagatesGeneric);
      if (result.kind === 'unavailable') throw new Error(`${name} map lookup problem for ${address}`);
      if (result.kind === 'absent') return address;
      if (result.addresses.length > 1) log.warning(`multi-valued ${name} result for ${address}`);
      const to = result.addresses[0] ?? address;
      const { table, key, value, line } = result.source;
      if (to !== address) {
        const source: Source = { kind: 'table', table, key, value, ...(line === undefined ? {} : { line }) };
        onMapped({ from: address, to, source });
      }
      return to;
    }

    async function mapHeader(header: string): Promise<string> {
      const colon = header.indexOf(':');
      const label = header.slice(0, colon);
      const value = decodeBytes(header.slice(colon + 1));
      const addresses = new Set<string>();
      rewriteAddressHeader(value, (address) => {
        addresses.add(address);
        return address;
      });
      const mapped = new Map<string, string>();
      for (const address of addresses) {
        const internal = internalize(scanTokens(address), 'address');
        const to = await map(internal);
        if (to !== internal) mapped.set(address, quoteLocal(to));
      }
      if (mapped.size === 0) return header;
      const rewritten = rewriteAddressHeader(value, (address) => mapped.get(address) ?? address, label);
      return rewritten === undefined ? header : `${label}: ${encodeBytes(rewritten)}`;
    }

    return { map, mapHeader };
  };
}
