import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'

import { bin } from '../cluster/lab/paths.ts'

export const chart = join(import.meta.dirname, '../../charts/meshprobe')
/** Helm believes what it was built with otherwise. */
const version = '1.34.4'

/** An object of Kubernetes; what is in it, tests compare as a whole. */
export interface KubeObject {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Labels }
  readonly [field: string]: unknown
}

export type Labels = Readonly<Record<string, string>>
export type Values = Readonly<Record<string, unknown>>

export interface Rendering {
  readonly release?: string
  readonly kubeVersion?: string
  /** Files of values below the chart, before the values. */
  readonly files?: readonly string[]
}

/** Runs helm; what it printed. Rejects with what it said when it fails. */
export async function helm(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const options = { env: { ...process.env, ...env }, timeout: 60_000, maxBuffer: 16 * 1024 * 1024 }
  const { stdout } = await promisify(execFile)(bin('helm'), args, options)
  return stdout
}

/** The objects that the chart makes of values, in a namespace of the name of the release. */
export async function render(values: Values = {}, rendering: Rendering = {}): Promise<readonly KubeObject[]> {
  const { release = 'meshprobe', kubeVersion = version, files = [] } = rendering
  const where = [release, chart, '--namespace', release, '--kube-version', kubeVersion]
  const text = await helm(['template', ...where, ...files.flatMap((file) => ['-f', join(chart, file)]), ...set(values)])
  return parseAllDocuments(text).flatMap((document) => document.toJS() ?? [])
}

/** Why the chart refuses values; empty when it does not. */
export function refusal(values: Values, rendering: Rendering = {}): Promise<string> {
  return complaint(render(values, rendering))
}

/** What a program that failed has said; empty when it did not fail. */
export async function complaint(running: Promise<unknown>): Promise<string> {
  return running.then(
    () => '',
    (error: { readonly stderr: string }) => error.stderr,
  )
}

export function set(values: Values): readonly string[] {
  return Object.entries(values).flatMap(([path, value]) => ['--set-json', `${path}=${JSON.stringify(value)}`])
}

/** `DaemonSet/meshprobe-agent`, or with its namespace before it `default/Role/meshprobe-agent-meshprobe`. */
export function named(objects: readonly KubeObject[], name: string): KubeObject {
  const found = objects.find((object) => nameOf(object).endsWith(`/${name}`) || nameOf(object) === name)
  if (found === undefined) throw new Error(`Expected ${name}, got ${objects.map(nameOf).join(', ')}`)
  return found
}

export function nameOf({ kind, metadata }: KubeObject): string {
  return `${metadata.namespace}/${kind}/${metadata.name}`
}

/** What is at a path such as `spec/template/spec`; undefined when nothing is. */
export function at(object: unknown, path: string): unknown {
  return path.split('/').reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null) return undefined
    return new Map(Object.entries(value)).get(key)
  }, object)
}

/** The settings file of the agents. */
export function settingsFile(objects: readonly KubeObject[]): string {
  return String(at(named(objects, 'ConfigMap/meshprobe-agent'), 'data/config.json'))
}

/** A DaemonSet's pod, or a pod. */
export function podOf(object: KubeObject): unknown {
  return object.kind === 'Pod' ? object : at(object, 'spec/template')
}
