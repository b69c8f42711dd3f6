import type { Contrast, Evidence } from '../../model/finding.ts'
import type { Slowness } from './slowness.ts'

/** One line: how slow, where, and that it is not so elsewhere. */
export function slowSentence({ nowMs, usualMs, slow, paths, fineElsewhere, elsewhere }: Slowness): string {
  const there = `answers take ${shown(nowMs)}, usually ${shown(usualMs)}, on ${slow} of ${paths} paths`
  return `${there}; elsewhere ${fineElsewhere} of ${elsewhere} paths are as usual`
}

/** Counted in paths, for no probe has failed. */
export function slowEvidence({ slow, paths }: Slowness): readonly Evidence[] {
  return [{ check: 'peer_tcp', role: 'through', ok: paths - slow, failed: slow }]
}

export function slowContrast({ fineElsewhere, elsewhere }: Slowness): readonly Contrast[] {
  return elsewhere === 0 ? [] : [{ check: 'peer_tcp', ok: fineElsewhere, total: elsewhere }]
}

function shown(ms: number): string {
  return ms < 10 ? `${Number(ms.toPrecision(1 + (ms >= 1 ? 1 : 0)))} ms` : `${Math.round(ms)} ms`
}
