/** An address through canonical or virtual tables to the addresses it stands for (mail_addr_map). */
import type { Maybe } from '../tables/maybe.ts';
import { chain } from '../tables/maybe.ts';
import type { LookupResult, Maps } from '../tables/table.ts';
import type { AddressFinder } from './find.ts';
import { quoteLocal, unquoteLocal } from '../mail/quote.ts';
import type { Rewriter } from './rewrite.ts';
import { externalize } from '../mail/tokens.ts';
import { parseTokenTree } from '../mail/token-tree.ts';

type MappedAddress =
  | {
      readonly kind: 'found';
      /** Internal form, canonical, in order; at least one. */
      readonly addresses: readonly string[];
      readonly source: Extract<LookupResult, { kind: 'found' }>;
    }
  | Exclude<LookupResult, { kind: 'found' }>;

export interface AddressMapper {
  /** @param propagate add the extension that was not matched to each result (propagate_unmatched_extensions) */
  map(maps: Maps, address: string, propagate: boolean): Maybe<MappedAddress>;
}

/** Puts an extension (with its delimiter) at the end of the local part. */
function appendExtension(address: string, extension: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? address + extension : address.slice(0, at) + extension + address.slice(at);
}

export function createAddressMapper(deps: {
  readonly finder: AddressFinder;
  readonly rewriter: Rewriter;
}): AddressMapper {
  /** The right-hand side as canonical addresses (mail_addr_crunch). */
  function addressesOf(text: string, extension: string): readonly string[] {
    const addresses: string[] = [];
    for (const token of parseTokenTree(text === '' || text === '<>' ? '""' : text)) {
      if (token.kind !== 'addr') continue;
      const external = externalize(token.inner ?? [], 'address');
      const canonical = unquoteLocal(deps.rewriter.rewriteExternal('local', external));
      addresses.push(appendExtension(canonical, extension));
    }
    return addresses;
  }

  return {
    map(maps, address, propagate) {
      return chain(deps.finder.find(maps, address), ({ result, extension }): MappedAddress => {
        if (result.kind !== 'found') return result;
        let text = result.value;
        if (text.startsWith('@')) {
          // `@otherdomain` keeps the user
          const at = address.lastIndexOf('@');
          const local = at < 0 ? address : address.slice(0, at);
          text = quoteLocal(local.slice(0, local.length - extension.length) + text);
        }
        const addresses = addressesOf(text, propagate ? extension : '');
        if (addresses.length > 0) return { kind: 'found', addresses, source: result };
        const reason = `lookup of ${address} returns non-address result "${result.value}"`;
        return { kind: 'unavailable', table: result.table, reason };
      });
    },
  };
}
