/** The part of an Ingress that is read here. */
export interface Ingress {
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly spec: { readonly ingressClassName?: string; readonly rules?: readonly Rule[] }
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } }
}

interface Rule {
  readonly host?: string
  readonly http?: { readonly paths: readonly Path[] }
}

interface Path {
  readonly path?: string
  readonly pathType: string
  readonly backend: { readonly service?: Backend }
}

export interface Backend {
  readonly name: string
  readonly port: { readonly name?: string; readonly number?: number }
}

/** The part of an EndpointSlice that is read here. */
export interface EndpointSlice {
  readonly endpoints?: readonly Endpoint[]
  readonly ports?: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[]
}

interface Endpoint {
  readonly addresses: readonly string[]
  readonly conditions?: { readonly ready?: boolean }
}
