/** Journeys are JSON in the database: what comes back is looked at before it is believed. */
import * as z from 'zod';
import type { JourneyEntry } from '../../mail/journey.ts';
import type { TranscriptLine } from '../../mail/refusal.ts';

const place = { file: z.string().exactOptional(), line: z.number().exactOptional() };
const source = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('parameter'), name: z.string(), value: z.string(), ...place }),
  z.object({
    kind: z.literal('table'),
    table: z.string(),
    key: z.string(),
    value: z.string(),
    line: z.number().exactOptional(),
  }),
  z.object({ kind: z.literal('restriction'), name: z.string(), list: z.string(), ...place }),
  z.object({ kind: z.literal('standard'), name: z.string() }),
]);

const entries = z.array(
  z.object({
    at: z.number(),
    program: z.string(),
    verdict: z.enum(['ok', 'info', 'hold', 'defer', 'bad']),
    what: z.string(),
    detail: z.string().exactOptional(),
    recipient: z.string().exactOptional(),
    source: source.exactOptional(),
  }),
);
const transcript = z.array(
  z.object({ at: z.number(), from: z.enum(['client', 'server']), line: z.string() }),
);

export function parseJourney(json: string): readonly JourneyEntry[] {
  return entries.parse(JSON.parse(json));
}

export function parseTranscript(json: string): readonly TranscriptLine[] {
  return transcript.parse(JSON.parse(json));
}
