/** Why connections are tried or tested: the network or the page is back, or somebody looks at it again. */
export type Waking = 'returned' | 'seen'
