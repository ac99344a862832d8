using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// The backward pass of <see cref="Attention"/> for one width: with P the probabilities and D the sums of dO * O by row,
/// dV = P^T dO, dS = P * (dO V^T - D), dQ = scale dS K, dK = scale dS^T Q. Stateless.
/// </summary>
internal static unsafe class AttentionBackward<T>
    where T : unmanaged, ILanes<T>
{
    private const int Block = AttentionScratch.Block;

    public static void Run(in AttentionShape shape, in AttentionPointers pointers, float* scratch, int first, int end, StopSignal? stop)
    {
        var size = shape.HeadSize;
        var head = AttentionScratch.PaddedHead(shape);
        long queries = AttentionScratch.RoundUp(shape.QueryLength, Block);
        var keysTransposed = scratch;
        var valuesTransposed = keysTransposed + (Block * size);
        var keys = valuesTransposed + (Block * size);
        var dKeys = keys + (Block * head);
        var dValues = dKeys + (Block * head);
        var scaledQueries = dValues + (Block * head);
        var dOutputs = scaledQueries + (queries * head);
        var dQueries = dOutputs + (queries * head);
        var products = dQueries + (queries * head);
        var dProducts = products + (Block * Block);
        var rowSums = dProducts + (Block * Block);
        for (var item = first; item < end && stop is not { IsRequested: true }; item++)
        {
            long batch = item / shape.Heads, at = item % shape.Heads;
            var (qRow, kRow, vRow, oRow) = (shape.Queries.Row, shape.Keys.Row, shape.Values.Row, shape.Output.Row);
            var qAt = (batch * shape.Queries.Batch) + (at * shape.Queries.Head);
            var shared = at / shape.Sharing;
            var kAt = (batch * shape.Keys.Batch) + (shared * shape.Keys.Head);
            var vAt = (batch * shape.Values.Batch) + (shared * shape.Values.Head);
            var (dkLayout, dvLayout) = (shape.KeyGradients, shape.ValueGradients);
            var target = shape.IsSpread ? at : shared;
            var dk = pointers.Dk + (batch * dkLayout.Batch) + (target * dkLayout.Head);
            var dv = pointers.Dv + (batch * dvLayout.Batch) + (target * dvLayout.Head);
            // The first of the heads that share keys replaces what is there, the others add theirs.
            var adds = !shape.IsSpread && at % shape.Sharing != 0;
            var oAt = (batch * shape.Output.Batch) + (at * shape.Output.Head);
            AttentionBlocks<T>.Pack(shape.QueryLength, size, head, pointers.Q + qAt, qRow, scaledQueries, shape.Scale);
            AttentionBlocks<T>.Pack(shape.QueryLength, size, head, pointers.DOutput + oAt, oRow, dOutputs, 1f);
            for (var row = 0; row < shape.QueryLength; row++)
            {
                rowSums[row] = (float)RowPrimitives.Dot<T>(
                    pointers.Output + oAt + ((long)row * oRow), dOutputs + ((long)row * head), size);
            }

            new Span<float>(dQueries, shape.QueryLength * head).Clear();
            for (var key = 0; key < shape.KeyLength && stop is not { IsRequested: true }; key += Block)
            {
                var columns = Math.Min(Block, shape.KeyLength - key);
                var blockKeys = pointers.K + kAt + ((long)key * kRow);
                Transpose.Matrix(T.Count > 1, columns, size, blockKeys, kRow, keysTransposed, Block);
                Transpose.Matrix(T.Count > 1, columns, size, pointers.V + vAt + ((long)key * vRow), vRow, valuesTransposed, Block);
                AttentionBlocks<T>.Pack(columns, size, head, blockKeys, kRow, keys, 1f);
                new Span<float>(dKeys, 2 * Block * head).Clear();
                for (var query = 0; query < shape.QueryLength; query += Block)
                {
                    var window = new AttentionWindow(shape, query, Math.Min(Block, shape.QueryLength - query), key);
                    if (window.Columns == 0)
                    {
                        continue;
                    }

                    var blockQueries = scaledQueries + ((long)query * head);
                    var blockOutputs = dOutputs + ((long)query * head);
                    AttentionBlocks<T>.Products(window, size, blockQueries, head, keysTransposed, products);
                    AttentionBlocks<T>.Products(window, size, blockOutputs, head, valuesTransposed, dProducts);
                    var rowAt = ((long)item * shape.QueryLength) + query;
                    var mask = pointers.Mask == null
                        ? null
                        : pointers.Mask + (batch * shape.Mask.Batch) + (at * shape.Mask.Head) + ((long)query * shape.Mask.Row) + key;
                    for (var row = 0; row < window.Rows; row++)
                    {
                        GradientRow(window, row, products + (row * Block), dProducts + (row * Block),
                            mask == null ? null : mask + ((long)row * shape.Mask.Row),
                            pointers.LogSumExp[rowAt + row], rowSums[query + row]);
                    }

                    AttentionBlocks<T>.TransposedTimesQueries(window, head, products, blockOutputs, dValues);
                    AttentionBlocks<T>.TransposedTimesQueries(window, head, dProducts, blockQueries, dKeys);
                    AttentionBlocks<T>.TimesKeys(window, head, dProducts, keys, dQueries + ((long)query * head));
                }

                Unpack(columns, size, head, dKeys, dk + ((long)key * dkLayout.Row), dkLayout.Row, 1f, adds);
                Unpack(columns, size, head, dValues, dv + ((long)key * dvLayout.Row), dvLayout.Row, 1f, adds);
            }

            Unpack(shape.QueryLength, size, head, dQueries, pointers.Dq + qAt, qRow, shape.Scale, adds: false);
        }
    }

    /// <summary>The probabilities of a row in place of its products, and their gradient in place of that of the probabilities.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GradientRow(
        in AttentionWindow window, int row, float* products, float* dProducts, float* mask, float logSumExp, float rowSum)
    {
        var visible = window.Visible(row);
        // A row that saw nothing has a logarithm of minus infinity: with zero instead, exp(-infinity) is 0 and not NaN.
        var shift = T.Create(float.IsNegativeInfinity(logSumExp) ? 0f : logSumExp);
        var wideSum = T.Create(rowSum);
        var zero = T.Create(0f);
        var j = 0;
        for (; j < visible; j += T.Count)
        {
            var s = T.Load(products + j);
            if (mask != null)
            {
                s += RowPrimitives.LoadUpTo<T>(mask + j, visible - j);
            }

            var p = VectorMath.Exp(s - shift);
            var d = p * (T.Load(dProducts + j) - wideSum);
            if (visible - j < T.Count)
            {
                var seen = T.FirstLanes(visible - j);
                p = T.Select(seen, p, zero);
                d = T.Select(seen, d, zero);
            }

            T.Store(p, products + j);
            T.Store(d, dProducts + j);
        }

        for (var fill = window.FillEnd(row); j < fill; j += T.Count)
        {
            T.Store(zero, products + j);
            T.Store(zero, dProducts + j);
        }
    }

    private static void Unpack(int rows, int size, int padded, float* from, float* to, nint toRow, float scale, bool adds)
    {
        for (var row = 0; row < rows; row++)
        {
            if (adds)
            {
                RowPrimitives.Add<T>(from + ((long)row * padded), to + (row * toRow), size);
            }
            else
            {
                RowPrimitives.Affine<T>(from + ((long)row * padded), to + (row * toRow), size, scale, 0f);
            }
        }
    }
}
