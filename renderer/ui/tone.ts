/** What a colour says, the same everywhere. */
export type Tone = 'plain' | 'ok' | 'info' | 'warn' | 'hold' | 'bad';
