namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Fused scaled dot-product attention, softmax(scale Q K^T + mask) V, by blocks of 64 queries and 64 keys with a streaming softmax (Dao et
/// al. 2022, Milakov and Gimelshein 2018): nothing of size T x T is stored, and of the softmax only the logarithm of its sum per row. The
/// backward pass computes the probabilities again. Work is divided over (batch, head) pairs, of the backward pass over groups of heads
/// that share keys: each part of a team calls with its own scratch.
/// A row that sees no key, or only keys masked by minus infinity, gives zeros. Stateless, allocation-free.
/// </summary>
internal static unsafe class Attention
{
    /// <summary>Floats of scratch that one call of <see cref="Forward"/> needs.</summary>
    public static int ForwardScratch(in AttentionShape shape) => checked((int)AttentionScratch.ForwardLength(shape));

    /// <summary>Floats of scratch that one call of <see cref="Backward"/> needs.</summary>
    public static int BackwardScratch(in AttentionShape shape) => checked((int)AttentionScratch.BackwardLength(shape));

    /// <summary>Computes the outputs of this part's (batch, head) pairs.</summary>
    /// <param name="level">Vector width.</param>
    /// <param name="shape">Sizes and layouts.</param>
    /// <param name="q">Queries, starting at (0, 0, 0, 0).</param>
    /// <param name="k">Keys.</param>
    /// <param name="v">Values.</param>
    /// <param name="mask">Added to the scaled products, or empty.</param>
    /// <param name="output">Receives the outputs; must not overlap the arguments.</param>
    /// <param name="logSumExp">Receives the logarithm of each row's sum, [batch, heads, QueryLength], for the
    /// backward pass; or empty.</param>
    /// <param name="scratch">At least <see cref="ForwardScratch"/> floats, not shared with another part.</param>
    /// <param name="part">0 to parts - 1.</param>
    /// <param name="parts">Number of calls that share the work, 1 or more.</param>
    /// <param name="stop">Looked at between blocks of queries or keys; the rest is left out then.</param>
    public static void Forward(
        SimdLevel level,
        in AttentionShape shape,
        ReadOnlySpan<float> q,
        ReadOnlySpan<float> k,
        ReadOnlySpan<float> v,
        ReadOnlySpan<float> mask,
        Span<float> output,
        Span<float> logSumExp,
        Span<float> scratch,
        int part = 0,
        int parts = 1,
        StopSignal? stop = null)
    {
        CheckInputs(shape, q, k, v, mask, part, parts);
        Lengths.AtLeast(shape.Output.Extent(shape.Batch, shape.Heads, shape.QueryLength, shape.HeadSize), output.Length, nameof(output));
        if (!logSumExp.IsEmpty)
        {
            Lengths.Exactly((long)shape.Items * shape.QueryLength, logSumExp.Length, nameof(logSumExp));
        }

        Lengths.AtLeast(ForwardScratch(shape), scratch.Length, nameof(scratch));
        var (first, end) = Share(shape.Items, part, parts);
        fixed (float* qs = q, ks = k, vs = v, ms = mask, to = output, lse = logSumExp, memory = scratch)
        {
            switch (level)
            {
                case SimdLevel.Vector512: AttentionForward<Lanes512>.Run(shape, qs, ks, vs, ms, to, lse, memory, first, end, stop); break;
                case SimdLevel.Vector256: AttentionForward<Lanes256>.Run(shape, qs, ks, vs, ms, to, lse, memory, first, end, stop); break;
                default: AttentionForward<Lanes1>.Run(shape, qs, ks, vs, ms, to, lse, memory, first, end, stop); break;
            }
        }
    }

    /// <summary>
    /// Computes the gradients of queries, keys and values of this part's pairs; they have the layouts of these, and are replaced.
    /// </summary>
    /// <param name="level">Vector width.</param>
    /// <param name="shape">As in the forward pass.</param>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="v">Values.</param>
    /// <param name="mask">As in the forward pass.</param>
    /// <param name="output">The forward pass's outputs.</param>
    /// <param name="logSumExp">As the forward pass left it.</param>
    /// <param name="dOutput">Gradient of the outputs, in their layout.</param>
    /// <param name="dq">Gradient of the queries; the three must not overlap the arguments, but may interleave as packed ones do.</param>
    /// <param name="dk">Gradient of the keys, as <see cref="AttentionShape.KeyGradients"/> says.</param>
    /// <param name="dv">Gradient of the values.</param>
    /// <param name="scratch">At least <see cref="BackwardScratch"/> floats, not shared with another part.</param>
    /// <param name="part">0 to parts - 1.</param>
    /// <param name="parts">Number of calls that share the work, 1 or more.</param>
    /// <param name="stop">Looked at between blocks of queries or keys; the rest is left out then.</param>
    public static void Backward(
        SimdLevel level,
        in AttentionShape shape,
        ReadOnlySpan<float> q,
        ReadOnlySpan<float> k,
        ReadOnlySpan<float> v,
        ReadOnlySpan<float> mask,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> dOutput,
        Span<float> dq,
        Span<float> dk,
        Span<float> dv,
        Span<float> scratch,
        int part = 0,
        int parts = 1,
        StopSignal? stop = null)
    {
        CheckInputs(shape, q, k, v, mask, part, parts);
        var outputs = shape.Output.Extent(shape.Batch, shape.Heads, shape.QueryLength, shape.HeadSize);
        Lengths.AtLeast(outputs, output.Length, nameof(output));
        Lengths.AtLeast(outputs, dOutput.Length, nameof(dOutput));
        Lengths.Exactly((long)shape.Items * shape.QueryLength, logSumExp.Length, nameof(logSumExp));
        Lengths.AtLeast(shape.Queries.Extent(shape.Batch, shape.Heads, shape.QueryLength, shape.HeadSize), dq.Length, nameof(dq));
        var gradientHeads = shape.IsSpread ? shape.Heads : shape.KeyHeads;
        Lengths.AtLeast(shape.KeyGradients.Extent(shape.Batch, gradientHeads, shape.KeyLength, shape.HeadSize), dk.Length, nameof(dk));
        Lengths.AtLeast(shape.ValueGradients.Extent(shape.Batch, gradientHeads, shape.KeyLength, shape.HeadSize), dv.Length, nameof(dv));
        Lengths.AtLeast(BackwardScratch(shape), scratch.Length, nameof(scratch));
        var unit = shape.IsSpread ? 1 : shape.Sharing;
        var (first, end) = Share(shape.Items / unit, part, parts);
        (first, end) = (first * unit, end * unit);
        fixed (float* qs = q, ks = k, vs = v, ms = mask, os = output, lse = logSumExp, go = dOutput)
        fixed (float* gq = dq, gk = dk, gv = dv, memory = scratch)
        {
            var pointers = new AttentionPointers
            {
                Q = qs, K = ks, V = vs, Mask = ms, Output = os, LogSumExp = lse, DOutput = go, Dq = gq, Dk = gk, Dv = gv,
            };
            switch (level)
            {
                case SimdLevel.Vector512: AttentionBackward<Lanes512>.Run(shape, pointers, memory, first, end, stop); break;
                case SimdLevel.Vector256: AttentionBackward<Lanes256>.Run(shape, pointers, memory, first, end, stop); break;
                default: AttentionBackward<Lanes1>.Run(shape, pointers, memory, first, end, stop); break;
            }
        }
    }

    private static void CheckInputs(
        in AttentionShape shape,
        ReadOnlySpan<float> q,
        ReadOnlySpan<float> k,
        ReadOnlySpan<float> v,
        ReadOnlySpan<float> mask,
        int part,
        int parts)
    {
        shape.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(part, parts);
        Lengths.AtLeast(shape.Queries.Extent(shape.Batch, shape.Heads, shape.QueryLength, shape.HeadSize), q.Length, nameof(q));
        Lengths.AtLeast(shape.Keys.Extent(shape.Batch, shape.KeyHeads, shape.KeyLength, shape.HeadSize), k.Length, nameof(k));
        Lengths.AtLeast(shape.Values.Extent(shape.Batch, shape.KeyHeads, shape.KeyLength, shape.HeadSize), v.Length, nameof(v));
        if (!mask.IsEmpty)
        {
            Lengths.AtLeast(shape.Mask.Extent(shape.Batch, shape.Heads, shape.QueryLength, shape.KeyLength), mask.Length, nameof(mask));
        }
    }

    private static (int First, int End) Share(int items, int part, int parts) =>
        ((int)((long)items * part / parts), (int)((long)items * (part + 1) / parts));
}
