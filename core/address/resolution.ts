/** What trivial-rewrite(8) answers for one address (ADDRESS_CLASS_README): the contract of this folder. */
import type { Source } from '../mail/journey.ts';

export type AddressClass = 'local' | 'virtual-alias' | 'virtual-mailbox' | 'relay' | 'default';

export type Resolution =
  | {
      readonly kind: 'resolved';
      readonly class: AddressClass;
      /** The master.cf service: `local`, `error`, `smtp`. */
      readonly transport: string;
      /** What follows the colon, or the domain: for error(8) the text of the failure. */
      readonly nexthop: string;
      /** The address in internal form as the agent will see it. */
      readonly recipient: string;
      /** The local part has routing characters (`@`, `!`, `%`) that the next machine might follow. */
      readonly routed?: boolean;
      /** The setting that chose class and transport. */
      readonly source: Source;
    }
  | { readonly kind: 'unresolvable'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface AddressRewriter {
  /** Completes and canonicalises the form of an address (trivial-rewrite's `rewrite`): internal form in and out. */
  rewrite(context: 'local' | 'remote', address: string): string;
}

export interface AddressResolver {
  /** Chooses class, transport and next hop. `sender` is for sender_dependent_* maps; '' is the null sender. */
  resolve(address: string, sender: string): Promise<Resolution>;
}
