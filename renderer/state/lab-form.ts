/** What a person asks of the Lab, and the same as a dry run, as a command, as a scenario. Pure. */
import type { Expectation, Scenario } from '../../core/api/contract/scenario.ts';
import type { TraceInput } from '../../core/api/contract/trace.ts';

export type LabMessage =
  /** A short one is made up. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'captured'; readonly id: number; readonly subject: string }
  /** Bytes of a scenario that are no text. */
  | { readonly kind: 'bytes'; readonly base64: string };

export interface LabForm {
  readonly clientAddress: string;
  readonly clientName: string;
  /** '' is the first listener of master.cf. */
  readonly service: string;
  readonly tls: boolean;
  readonly login: string;
  readonly helo: string;
  readonly sender: string;
  /** Separated by commas, blanks or line ends. */
  readonly recipients: string;
  readonly message: LabMessage;
}

export const FIRST_FORM: LabForm = {
  clientAddress: '127.0.0.1',
  clientName: '',
  service: '',
  tls: false,
  login: '',
  helo: 'localhost',
  sender: 'user@example.com',
  recipients: 'root@localhost, customer@example.com',
  message: { kind: 'probe' },
};

/** A quoted local part may have blanks and commas in it. */
export function recipientsOf({ recipients }: Pick<LabForm, 'recipients'>): string[] {
  return [...recipients.matchAll(/(?:"(?:\\.|[^"\\])*"|[^\s,;"])+/g)].map(([word]) =>
    word.replace(/^<(.*)>$/, '$1'),
  );
}

type Envelope = Scenario['envelope'];

const envelopeOf = (form: LabForm): Envelope => ({
  clientAddress: form.clientAddress.trim(),
  clientName: form.clientName.trim(),
  helo: form.helo.trim(),
  service: form.service,
  tls: form.tls,
  login: form.login.trim(),
  sender: form.sender.trim().replace(/^<(.*)>$/, '$1'),
  recipients: recipientsOf(form),
});

function toBase64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function contentOf(message: LabMessage): Pick<TraceInput, 'rawBase64' | 'messageId'> {
  switch (message.kind) {
    case 'probe':
      return {};
    case 'text':
      return { rawBase64: toBase64(message.text) };
    case 'captured':
      return { messageId: message.id };
    case 'bytes':
      return { rawBase64: message.base64 };
  }
}

export function inputOf(form: LabForm, draft: TraceInput['draft']): TraceInput {
  return { ...envelopeOf(form), ...contentOf(form.message), draft };
}

const word = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The same dry run as a command line, one option a line. */
export function commandOf(form: LabForm): string {
  const { clientAddress, clientName, helo, service, tls, login, sender, recipients } = envelopeOf(form);
  const options = [
    clientAddress === '127.0.0.1' ? [] : ['--client', clientAddress],
    clientName === '' ? [] : ['--client-name', clientName],
    helo === 'localhost' ? [] : ['--helo', helo],
    service === '' ? [] : ['--service', service],
    tls ? ['--tls'] : [],
    login === '' ? [] : ['--login', login],
    ['--from', sender],
    messageOption(form.message),
  ];
  const lines = options.filter((words) => words.length > 0).map((words) => words.map(word).join(' '));
  return ['sandpost trace', ...lines, recipients.map(word).join(' ')].join(' \\\n  ');
}

function messageOption(message: LabMessage): string[] {
  if (message.kind === 'captured') return ['--id', String(message.id)];
  return message.kind === 'probe' ? [] : ['-m', 'message.eml'];
}

/** @param bytes of a captured message */
export function scenarioOf(
  form: LabForm,
  files: Scenario['files'],
  expect: readonly Expectation[],
  bytes: Uint8Array | undefined,
): Scenario {
  const name = recipientsOf(form).join(', ');
  return {
    sandpost: 'scenario',
    version: 1,
    name: `${form.sender === '' ? '<>' : form.sender} to ${name}`,
    envelope: envelopeOf(form),
    ...messageOf(form.message, bytes),
    files,
    expect: [...expect],
  };
}

function messageOf(
  message: LabMessage,
  bytes: Uint8Array | undefined,
): Pick<Scenario, 'message' | 'messageBase64'> {
  if (message.kind === 'text') return { message: message.text };
  if (message.kind === 'bytes') return { messageBase64: message.base64 };
  if (bytes === undefined) return {};
  try {
    // Line ends are made CRLF when it is run.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { message: text.replaceAll('\r\n', '\n') };
  } catch {
    return { messageBase64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) };
  }
}

export function formOf({ envelope, message, messageBase64 }: Scenario): LabForm {
  const { recipients, ...rest } = envelope;
  return {
    ...rest,
    recipients: recipients.join(', '),
    message:
      messageBase64 !== undefined
        ? { kind: 'bytes', base64: messageBase64 }
        : message !== undefined
          ? { kind: 'text', text: message }
          : { kind: 'probe' },
  };
}

/** What a file says; undefined when it is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
