/** List-Unsubscribe (RFC 2369 section 3.2) and its one-click form (RFC 8058). */
import type { HeaderField } from '../headers.ts';
import type { Finding } from './finding.ts';

export interface Unsubscribe {
  /** Where a reader may unsubscribe, in the order of the field. */
  readonly targets: readonly string[];
  readonly isOneClick: boolean;
  readonly findings: readonly Finding[];
}

/** Fields that mail to many has. */
const LIST_FIELDS = ['list-id', 'list-post', 'list-help', 'feedback-id', 'x-campaign', 'x-mailgun-tag'];

const error = (message: string): Finding => ({ severity: 'error', message });
const warning = (message: string): Finding => ({ severity: 'warning', message });

/** Comments and blanks may stand between the URIs, each in angle brackets. */
const targetsIn = (value: string): readonly string[] =>
  [...value.matchAll(/<([^<>]*)>/g)].map(([, target = '']) => target.replace(/\s+/g, ''));

function judgeTargets(value: string, targets: readonly string[]): readonly Finding[] {
  if (targets.length === 0) {
    return [error(`List-Unsubscribe has no URI in angle brackets: ${value.slice(0, 100)}`)];
  }
  const schemes = targets.map((target) => /^([a-z][\w+.-]*):/i.exec(target)?.[1]?.toLowerCase() ?? '');
  return [
    ...targets.filter((_, i) => schemes[i] === '').map((target) => error(`<${target}> is no URI.`)),
    ...(schemes.includes('http') ? [warning('An http address is not encrypted; clients want https.')] : []),
    ...(schemes.includes('mailto') || schemes.includes('https')
      ? []
      : [error('Clients know mailto and https; there is neither.')]),
  ];
}

function judgeOneClick(post: string | undefined, targets: readonly string[]): readonly Finding[] {
  const hasHttps = targets.some((target) => /^https:/i.test(target));
  if (post === undefined) {
    const isWanted =
      'List-Unsubscribe-Post is missing: without it there is no one-click unsubscribing (RFC 8058), which large providers want of bulk mail.';
    return hasHttps ? [warning(isWanted)] : [];
  }
  return [
    ...(/^List-Unsubscribe=One-Click$/i.test(post.trim())
      ? []
      : [error('List-Unsubscribe-Post must say List-Unsubscribe=One-Click.')]),
    ...(hasHttps ? [] : [error('One-click unsubscribing needs an https address in List-Unsubscribe.')]),
  ];
}

/** RFC 8058 section 4: a DKIM signature has to cover both fields. */
function judgeSignature(signatures: readonly string[], isOneClick: boolean): readonly Finding[] {
  if (!isOneClick) return [];
  const covered = signatures.some((value) => {
    const names = (/(?:^|;)\s*h\s*=([^;]*)/i.exec(value)?.[1] ?? '')
      .toLowerCase()
      .split(':')
      .map((name) => name.trim());
    return names.includes('list-unsubscribe') && names.includes('list-unsubscribe-post');
  });
  if (covered) return [];
  return [
    {
      severity: 'note',
      message:
        'No DKIM signature covers both fields, as one-click unsubscribing needs; often the server that sends adds it.',
    },
  ];
}

/** undefined: nothing says that this is mail to many. */
export function checkUnsubscribe(headers: readonly HeaderField[], html: string): Unsubscribe | undefined {
  const values = (name: string) =>
    headers.filter((field) => field.name.toLowerCase() === name).map(({ value }) => value);
  const [value, ...more] = values('list-unsubscribe');
  const [post] = values('list-unsubscribe-post');
  if (value === undefined) {
    const isList = headers.some(
      ({ name, value: text }) =>
        LIST_FIELDS.includes(name.toLowerCase()) ||
        (name.toLowerCase() === 'precedence' && /bulk|list/i.test(text)),
    );
    const saysSo = /unsubscribe|abmelden|abbestellen|désabonner|darse de baja/i.test(
      html.slice(0, 512 * 1024),
    );
    if (post === undefined && !isList && !saysSo) return undefined;
    return {
      targets: [],
      isOneClick: false,
      findings: [warning('This looks like mail to many, and has no List-Unsubscribe field.')],
    };
  }
  const targets = targetsIn(value);
  const isOneClick = post !== undefined && targets.some((target) => /^https:/i.test(target));
  return {
    targets,
    isOneClick,
    findings: [
      ...(more.length > 0 ? [error('List-Unsubscribe stands there more than once.')] : []),
      ...judgeTargets(value, targets),
      ...judgeOneClick(post, targets),
      ...judgeSignature(values('dkim-signature'), isOneClick),
    ],
  };
}
