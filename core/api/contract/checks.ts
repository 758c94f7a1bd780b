/** What checks of a message answer: findings against the standards, how clients show its HTML, where it leads. */
import * as z from 'zod';

const finding = z.object({
  severity: z.enum(['error', 'warning', 'note']),
  message: z.string(),
  /** From 1. */
  line: z.number().int().optional(),
  excerpt: z.string().optional(),
});
export type Finding = z.infer<typeof finding>;

const htmlSupport = z.object({
  /** Of the data, which caniemail.com gathered: `2026-05-13`. */
  date: z.string(),
  /** The worst first. `score` is 0 to 100. */
  families: z.array(
    z.object({ name: z.string(), score: z.number(), unsupported: z.number(), partial: z.number() }),
  ),
  /** Features that some client does not support in full; the worst first. */
  features: z.array(
    z.object({
      title: z.string(),
      url: z.string(),
      count: z.number().int(),
      /** From 1, in the decoded HTML. */
      line: z.number().int(),
      excerpt: z.string(),
      families: z.array(
        z.object({
          name: z.string(),
          support: z.enum(['full', 'partial', 'none', 'unknown']),
          /** Only where platforms differ. */
          where: z.string(),
          notes: z.array(z.string()),
        }),
      ),
    }),
  ),
  /** How many of the features it uses all clients support. */
  supported: z.number().int(),
});
export type HtmlSupport = z.infer<typeof htmlSupport>;

const foundLink = z.object({
  url: z.string(),
  text: z.string(),
  kind: z.enum(['page', 'mail', 'telephone', 'image', 'other']),
  line: z.number().int(),
  count: z.number().int(),
  /** On this machine: it can be asked. */
  isLoopback: z.boolean(),
  warnings: z.array(z.string()),
});
export type FoundLink = z.infer<typeof foundLink>;

export const checks = z.object({
  message: z.array(finding),
  html: htmlSupport.optional(),
  links: z.array(foundLink),
  unsubscribe: z
    .object({ targets: z.array(z.string()), isOneClick: z.boolean(), findings: z.array(finding) })
    .optional(),
});
export type Checks = z.infer<typeof checks>;

/** What a link on this machine answered. */
export const linkAnswer = z.object({
  url: z.string(),
  /** HTTP status; 0: no answer. */
  status: z.number().int(),
  /** The status in words, where it leads on, or why there was no answer. */
  text: z.string(),
});
export type LinkAnswer = z.infer<typeof linkAnswer>;
