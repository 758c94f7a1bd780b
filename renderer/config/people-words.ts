import type { DomainKind, TableOf } from '../state/people.svelte.ts';
import type { People } from '../state/place.ts';

export const PEOPLE_TITLES: { readonly [Of in People]: string } = {
  users: 'Users',
  aliases: 'Aliases',
  domains: 'Domains',
  addresses: 'Virtual aliases',
  mailboxes: 'Mailboxes',
};

export interface TableWords {
  readonly about: string;
  readonly key: string;
  readonly value: string;
  readonly keyExample: string;
  readonly valueExample: string;
  /** The recipe that begins such a table. */
  readonly recipe: string;
}

export const TABLE_WORDS: { readonly [Of in TableOf]: TableWords } = {
  aliases: {
    about: 'Local names that are no users, and where their mail goes: users, addresses, several with commas.',
    key: 'Name',
    value: 'Goes to',
    keyExample: 'support',
    valueExample: 'root',
    recipe: 'alias',
  },
  addresses: {
    about:
      'Addresses of any domain that stand for others. "@domain" is every address of a domain that is not listed.',
    key: 'Address',
    value: 'Goes to',
    keyExample: 'sales@shop.example',
    valueExample: 'root',
    recipe: 'virtual-alias',
  },
  mailboxes: {
    about: 'Addresses of virtual mailbox domains, each with its mailbox below virtual_mailbox_base.',
    key: 'Address',
    value: 'Mailbox',
    keyExample: 'info@team.example',
    valueExample: 'team.example/info/',
    recipe: 'virtual-mailbox',
  },
};

export const DOMAIN_WORDS: { readonly [Kind in DomainKind]: string } = {
  virtual_mailbox_domains: 'addresses have mailboxes',
  virtual_alias_domains: 'addresses are aliases only',
};
