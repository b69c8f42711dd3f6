/** One way to break the engine that some test of it has to notice. */
export interface Mutant {
  /** Below `src/diagnosis/`. */
  readonly file: string
  /** Occurs once in the file. */
  readonly text: string
  readonly instead: string
  /** The rule that it breaks. */
  readonly rule: string
}

/** THE LIST. A text that is no longer in its file is to be replaced by what has taken its place. */
export const mutants: readonly Mutant[] = [
  ...inFile('ingest.ts', [
    ['round.starvedScore >= starvedFrom', 'round.starvedScore > 8', 'a starved agent accuses nobody'],
    ['if (!sameView) return', '', 'expectations count between agents of the same view only'],
    ['if (lost > 0 && !starved)', 'if (lost < 0 && !starved)', 'datagrams that the receiver misses are failures'],
    [
      "check === 'apiserver_dns' && phase === 'resolve'",
      'check === undefined',
      'a name not found is for the checks of DNS',
    ],
    [
      'if (slice.arrived.has(source)) return\n  slice.arrived.add(source)',
      'slice.arrived.add(source)',
      'a round that is told twice counts once',
    ],
  ]),
  ...inFile('departed.ts', [
    ['gone.delete(ip)', '', 'an address that is given again is not gone'],
    ['at >= round - leadRounds', 'at >= 0', 'what went long before the fault is none of its endpoints'],
    ["if (!leadsAstray.includes(fault)) return ''", '', 'only old entries lead to endpoints that are gone'],
  ]),
  ...inFile('belief.ts', [
    [
      'rateOf(after)]',
      'rateOf(before) + rateOf(share)]',
      'broken shares of one Service add up: two halves are all of it',
    ],
  ]),
  ...inFile('lifecycle.ts', [
    [
      'explain(node, Math.min(round - 1, lastSeen(node, round)), round + 1)',
      '',
      'a replaced pod explains what it fails, backwards too',
    ],
    [
      'if (!span.whole) span.to',
      'if (span.whole) span.to',
      'who was about to leave has left when another pod is there',
    ],
    ['const explainsAtMost = 30', 'const explainsAtMost = 3000', 'a cordon explains for five minutes at most'],
  ]),
  ...inFile('known.ts', [
    [
      'if (bySuspect !== undefined && bySuspect.size > 0)',
      'if (bySuspect !== undefined && bySuspect.size < 0)',
      'long windows begin with what short ones accepted',
    ],
    ['round >= span.from - 1', 'round >= span.from + 30', 'life explains from the round before on'],
  ]),
  ...inFile('loss.ts', [
    [
      "case 'connect':\n    case 'query':\n      return twice",
      "case 'connect':\n    case 'query':\n      return roundTrip",
      'a connection repeats what is lost',
    ],
  ]),
  ...inFile('modes/node.ts', [
    [
      'if (known === kind.http) return severity',
      'if (known === kind.http || known === kind.tcp) return severity',
      'connections to a starved agent open',
    ],
    ['if (known === kind.oneWay) return severity', '', 'a dead agent sends nothing'],
  ]),
  ...inFile('modes/pod-network.ts', [
    ['restarts: true,\n', '', 'a pod that is watched needs no third round'],
    [
      'if (known === kind.host || known === kind.ready) return 0',
      'if (known === kind.ready) return 0',
      'the host address is no part of the pod network',
    ],
    ['0.5 * share : share', '0 * share : share', 'NodePorts hand on over the pod network'],
  ]),
  ...inFile('contrast.ts', [
    ['asked.some(passes)', 'true', 'where no replica answers anything, nothing is known of the resolver outside'],
    ['okOf(asking, good)) < farLess', 'okOf(asking, good)) < 5', 'NodePorts are blocked where virtual addresses work'],
    ['!isOfDatagrams(scene) && ', '', 'where no datagram passes none is lost'],
    ["if (mode.fault === 'agent_slow') return !isOfDatagrams(scene)\n", '', 'where no datagram passes nobody starves'],
    [' && !isOfRequests(scene, candidate)', '', 'where only requests fail packets arrive'],
  ]),
  ...inFile('members.ts', [
    ['failed + ok < enough ||', 'failed + ok >= 0 ||', 'every member of a group fails'],
    [
      'if (lost.filter((n) => n >= enough)',
      'if (lost.filter(() => true)',
      'a zone of which one border is known is not isolated',
    ],
  ]),
  ...inFile('modes/services.ts', [
    [
      'passes: kind.apiEndpoint },\n  faintest: 0.15',
      'passes: kind.apiEndpoint },\n  faintest: 0.7',
      'a dead address may be one of several',
    ],
  ]),
  ...inFile('valid.ts', [
    ['severity < 0.5 && !isSlow && starves', 'severity < 0', 'nothing faint is said of a node whose agent starves'],
    ['if (seen.pairs < 3 ||', 'if (', 'three pairs at least'],
    ['severity < (mode.faintest ?? faintest)', 'severity < 0', 'too faint to matter is not named'],
    [
      "|| isRising(belief, candidate) ? 'not yet'",
      "? 'not yet'",
      'what begins at all nodes is not told of one of them',
    ],
    [
      'if (isShared(mode) && !fails',
      "if (mode.suspect === 'target' && !fails",
      'what one zone alone does not reach is not down',
    ],
    ['isEnding(candidate, isHeld) ||', '', 'what ends at all nodes is not told of one of them'],
    ['quick: 1.6, careful: 2.5', 'quick: 1.6, careful: 1.6', 'what a restart looks like takes three rounds'],
    ['quick: 1.6, careful', 'quick: 0.5, careful', 'nothing is named after one round'],
  ]),
  ...inFile('broken-border.ts', [
    ['if (borders.length === 0) return false', 'return false', 'who is not heard beyond a cut border may starve'],
  ]),
  ...inFile('concentration.ts', [
    ['return all > 0 && inBad > 0.4 * all', 'return false', 'several hard faults are no gray one of all'],
    ['ofShared ? nowhere :', '', 'of something shared it is no matter where it runs'],
    ['Math.ceil(fewOfAll * beside)', '1', 'what all ask has to fail for more than a few of them'],
    ['if (!isMore && (known', 'if ((known', 'of a Service more may fail than leads to accused nodes'],
    ["known?.place === 'service' ||", '', 'a Service may lead to nodes that are accused'],
  ]),
  ...inFile('score.ts', [
    ['export const pairLimit = 5', 'export const pairLimit = 5000', 'one pair says five nats at most'],
    ['Math.log((Math.max(1, many) * coarse.length) / alpha)', '0', 'the threshold grows with the number of suspects'],
    ['let sum = successLlr(candidate, step)\n  for', 'let sum = 0\n  for', 'successes speak against'],
  ]),
  ...inFile('onset.ts', [
    ['const clearly = 5', 'const clearly = 5e6', 'what begins within a round is whole in the next'],
  ]),
  ...inFile('activity.ts', [
    ["isOfWider ? 'explained'", "isOfWider ? 'active'", 'a path is told no longer once its border is cut'],
    ['const overFrom = 8', 'const overFrom = 8e6', 'a round in which all works is enough to recover'],
    ['newest.slices[0]?.arrived.has(source) !== true', 'false', 'who is not heard does not say that its path works'],
  ]),
  ...inFile('broken-paths.ts', [
    ['return [...paths.values()].filter(', 'return []', 'a path explains before it is named'],
  ]),
  ...inFile('second-look.ts', [
    ['    incidents.correct(incident, better)\n', '', 'who is heard late corrects the name'],
  ]),
  ...inFile('severity-table.ts', [
    ['step >= ownEvidenceFrom && isOthers(', 'false && isOthers(', 'a faint mode uses its own evidence only'],
  ]),
  ...inFile('greedy.ts', [
    ['(isPartial ? scoreOwn', '(false ? scoreOwn', 'one way and both ways are compared by their own evidence'],
    ["fault !== 'apiserver_down' && (", '(', 'API servers beyond a broken border are not down'],
    ['scoreOwn(belief, other) : other.fineLlr)', 'other.score : other.score)', 'the type is chosen unclipped'],
    [
      "if (verdict === 'no') {\n      chosen.dropped = true\n      continue\n    }",
      '',
      'what is not valid is not accepted',
    ],
  ]),
  ...inFile('search.ts', [
    ['  accuse(hypotheses, first, 12)\n', '', 'zones and services come first'],
    ['  eliminate(hypotheses)\n', '', 'what others make needless is taken back'],
  ]),
  ...inFile('hypotheses.ts', [
    [
      'candidate.profile = observedProfile(belief, candidate)',
      '',
      'what was seen of a replica counts more than the prior',
    ],
  ]),
  ...inFile('rather.ts', [
    [
      'scoreFinely(belief, one) + more',
      'scoreFinely(belief, one) + 1e6',
      'of two explanations the one that explains more',
    ],
  ]),
  ...inFile('residual.ts', [
    [' || !isOnlyPath(belief, cell)', '', 'who is answered by no other pod either has no bad path'],
    ['2 * old.length > cell.failures.length', 'false', 'who asks a pod that is no more breaks no path'],
    ['if (count([kind.tcp]) < 3 ||', 'if (', 'connections fail on a bad path'],
    ["there.is === 'open' ? 'back' : 'there'", "'both'", 'where datagrams arrive it is the other way'],
    ['if (cell.rounds < roundsAtLeast) return []', '', 'a bad path is bad for four rounds'],
    ['(links.get(name) ?? 0) < linksOfOneNode', 'true', 'several paths of one node are no matter of a path'],
  ]),
  ...inFile('localiser.ts', [
    ['atlas.nodes.length <= fewNodes', 'false', 'among few nodes paths are looked at every round'],
  ]),
  ...inFile('proxy-cells.ts', [
    ['return onlyFrom(belief, cell, known) &&', 'return', 'others reach what one node does not'],
    [' && !failsDirectly(belief.scene, cell.source, known)', '', 'replicas that fail too are no matter of kube-proxy'],
    ['.filter(({ severity, llr }) =>', '.slice(0, 1).filter(({ severity, llr }) =>', 'Services are weighed together'],
  ]),
  ...inFile('accusation.ts', [
    [
      'asked.length === 0 ? candidate.failures : asked',
      'candidate.failures',
      'who asks an endpoint tells whether it ends',
    ],
  ]),
  ...inFile('cell-weight.ts', [
    ['ok - (cell.firstRound - scene.first) * perRound', 'ok', 'what worked before it began does not speak against it'],
    ['isOld ? oldAnswer : 1', '1', 'an old answer of the canary says more than a lost one'],
  ]),
  ...inFile('pair-ok.ts', [
    ['(expected[each] ?? 0) + besideOf(scene, i)', 'expected[each] ?? 0', 'what is answered beside a failure counts'],
  ]),
  ...inFile('noise.ts', [
    ['Math.min(most, Math.max(least, learned))', 'learned', 'noise stays within limits'],
    ['Math.max(seen.share,', 'Math.min(seen.share,', 'noise is the larger of two estimates'],
    ['(1 - weight) * (noise[known] ?? 0) + weight * margin * share', 'margin * share', 'noise is learned slowly'],
  ]),
  ...inFile('incidents.ts', [
    [
      "if (state === 'closed' && round - lastActive > sameWithin)",
      "if (state === 'closed')",
      'what comes back soon is the same',
    ],
    [
      'round - incident.lastActive >= wanted',
      'round - incident.lastActive >= 0',
      'a finding closes after some clean rounds',
    ],
    [
      'if (incident.explainedFor >= absorbedAfter)',
      'if (incident.explainedFor < 0)',
      'what a wider fault explains closes',
    ],
    ['if (!grows(round, accusation)) return undefined', '', 'what only long windows see has to grow'],
    ['return isKnown && score > before.score', 'return isKnown', 'chance is forgotten'],
  ]),
  ...inFile('incident.ts', [
    ["if (accusation.charge.is === 'cell' && charge.is === 'mode') return", '', 'a path is no better name for a node'],
    [
      "incident.state !== 'closed' || window <= quick",
      'incident',
      'what only a long window sees again takes a second word',
    ],
    ['return transitions >= flapsFrom', 'return false', 'what comes and goes is flapping'],
  ]),
  ...inFile('doubt.ts', [
    [
      'const all = new Set([...failing, ...slices.flatMap(({ unread }) => [...unread])])',
      'const all = new Set<number>()',
      'agents in doubt are suspected behind a Service',
    ],
  ]),
  ...inFile('unexplained.ts', [
    ['> slightly)', '> 0)', 'a pod that restarts explains a share of what a Service fails'],
  ]),
  ...inFile('beforehand.ts', [
    ['isWhole(candidate) && isUnheard(scene, suspect)', 'false', 'one way only is who is heard the other way'],
  ]),
  ...inFile('partition.ts', [
    ['heard >= quorum * listed.length', 'heard >= 0', 'who sees less than half accuses nobody'],
  ]),
  ...inFile('engine.ts', [
    ['other !== incident && other.state', 'other === incident && other.state', 'the guilty are no alternative'],
    [
      'const failing = frame.round > blindUntil',
      'const failing = frame.round > 0',
      'after a partition, what comes late is no fault',
    ],
  ]),
]

function inFile(
  file: string,
  rows: readonly (readonly [text: string, instead: string, rule: string])[],
): readonly Mutant[] {
  return rows.map(([text, instead, rule]) => ({ file, text, instead, rule }))
}
