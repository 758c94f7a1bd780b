/** Whether a client's message headers are completed and rewritten as local mail (local_header_rewrite_clients). */
import { reply, type Reply } from '../../mail/reply.ts';
import { chain, firstAnswer, type Maybe } from '../../tables/maybe.ts';
import type { PolicyContext } from './context.ts';
import type { Facts } from './facts.ts';
import { whatsup } from './run.ts';

export type RewriteRuling =
  | { readonly kind: 'decided'; readonly context: 'local' | 'remote' }
  | { readonly kind: 'refused'; readonly reply: Reply; readonly log: string };

type Matched = boolean | 'unavailable';

const LOCAL: RewriteRuling = { kind: 'decided', context: 'local' };
const REMOTE: RewriteRuling = { kind: 'decided', context: 'remote' };

export function decideRewriteContext(context: PolicyContext, facts: Facts): Maybe<RewriteRuling> {
  const found = firstAnswer(context.settings.rewriteClients, (word) =>
    chain(match(context, word, facts), (matched) => {
      if (matched === 'unavailable') return refuse(context, facts);
      return matched ? LOCAL : undefined;
    }),
  );
  return chain(found, (ruling) => ruling ?? REMOTE);
}

function match(context: PolicyContext, word: string, facts: Facts): Maybe<Matched> {
  if (word.includes(':')) {
    return chain(context.accessMaps(word).lookup(facts.client.address), (result) =>
      result.kind === 'unavailable' ? 'unavailable' : result.kind === 'found',
    );
  }
  switch (word.toLowerCase()) {
    case 'permit_inet_interfaces':
      return context.isOwnClient(facts.client);
    case 'permit_mynetworks':
      return chain(context.isInMynetworks(facts.client), (matched) =>
        matched.kind === 'unavailable' ? 'unavailable' : matched.kind === 'found',
      );
    case 'permit_sasl_authenticated':
      return facts.sasl !== undefined;
    default:
      // check_address_map stands before its table; permit_tls_*: there are no client certificates yet.
      return false;
  }
}

function refuse(context: PolicyContext, facts: Facts): RewriteRuling {
  const text = 'Temporary lookup error';
  return {
    kind: 'refused',
    reply: reply(451, '4.3.0', text),
    log: whatsup(facts, context.settings.logAddressInternal, 'reject', `451 4.3.0 ${text}`),
  };
}
