/** The options that say who speaks to smtpd and what about: of dry runs (trace) and of real ones (mail inject). */
import { readFileSync } from 'node:fs';
import type { SandpostClient } from '../../api/client.ts';
import type { Context } from '../context.ts';
import { positive, type parseOptions } from '../options.ts';

export const SESSION_OPTIONS = {
  from: { type: 'string', short: 'f' },
  client: { type: 'string' },
  'client-name': { type: 'string' },
  helo: { type: 'string' },
  service: { type: 'string' },
  tls: { type: 'boolean' },
  login: { type: 'string' },
  message: { type: 'string', short: 'm' },
  id: { type: 'string' },
} as const;

export type SessionInput = Parameters<SandpostClient['mail']['inject']>[0];
type Values = ReturnType<typeof parseOptions<typeof SESSION_OPTIONS>>['values'];

/** Nothing for an option that was not given: its default is the contract's. */
const given = <Name extends keyof SessionInput>(
  name: Name,
  value: SessionInput[Name],
): Partial<SessionInput> => (value === undefined ? {} : { [name]: value });

export function sessionInput(context: Context, values: Values, recipients: string[]): SessionInput {
  const raw =
    values.message === undefined ? undefined : readFileSync(values.message === '-' ? 0 : values.message);
  return {
    recipients,
    sender: values.from ?? context.actor.name,
    ...given('clientAddress', values.client),
    ...given('clientName', values['client-name']),
    ...given('helo', values.helo),
    ...given('service', values.service),
    ...given('tls', values.tls),
    ...given('login', values.login),
    ...given('rawBase64', raw?.toString('base64')),
    ...given('messageId', positive(values.id, '--id')),
  };
}
