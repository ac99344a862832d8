using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Adds a tile of sums to the result, with bias, accumulation and ReLU. Kept out of the micro-kernels, because it moves
/// 28 vectors per tile, while the sums of the shallowest layer (25 steps) take 700 vector multiply-adds. Immutable.
/// </summary>
internal readonly unsafe struct TileWriter(
    float* result, int stride, float* bias, bool accumulate, bool relu, SimdLevel level, nint* targets = null)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(float* tile, int tileColumns, int row, int rows, int column, int columns)
    {
        var added = bias == null ? null : bias + column;
        for (var r = 0; r < rows; r++, tile += tileColumns)
        {
            var to = result + (targets == null ? (nint)(row + r) * stride : targets[row + r]) + column;
            var j = 0;
            if (level == SimdLevel.Vector512)
            {
                for (; j <= columns - 16; j += 16)
                {
                    var value = Vector512.Load(tile + j);
                    value = added != null ? value + Vector512.Load(added + j) : value;
                    value = accumulate ? value + Vector512.Load(to + j) : value;
                    value = relu ? Vector512.Max(value, Vector512<float>.Zero) : value;
                    value.Store(to + j);
                }
            }

            if (level != SimdLevel.Scalar)
            {
                for (; j <= columns - 8; j += 8)
                {
                    var value = Vector256.Load(tile + j);
                    value = added != null ? value + Vector256.Load(added + j) : value;
                    value = accumulate ? value + Vector256.Load(to + j) : value;
                    value = relu ? Vector256.Max(value, Vector256<float>.Zero) : value;
                    value.Store(to + j);
                }
            }

            for (; j < columns; j++)
            {
                var value = tile[j] + (added != null ? added[j] : 0f) + (accumulate ? to[j] : 0f);
                to[j] = relu ? MathF.Max(value, 0f) : value;
            }
        }
    }
}
