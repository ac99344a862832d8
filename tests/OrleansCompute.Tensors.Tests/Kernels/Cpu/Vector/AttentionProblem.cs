using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

/// <summary>Random contiguous inputs of attention, with the obvious computation in double.</summary>
internal sealed class AttentionProblem
{
    private readonly AttentionShape _shape;
    private readonly float[] _q;
    private readonly float[] _k;
    private readonly float[] _v;
    private readonly float[] _dOutput;

    public AttentionProblem(int batch, int heads, int queries, int keys, int head, bool causal, bool masked, int sharing = 1, bool isSpread = false)
    {
        _shape = new AttentionShape
        {
            Batch = batch,
            Heads = heads,
            Sharing = sharing,
            IsSpread = isSpread,
            QueryLength = queries,
            KeyLength = keys,
            HeadSize = head,
            Scale = 1f / MathF.Sqrt(head),
            Causal = causal,
            Queries = AttentionLayout.Contiguous(heads, queries, head),
            Keys = AttentionLayout.Contiguous(heads / sharing, keys, head),
            Values = AttentionLayout.Contiguous(heads / sharing, keys, head),
            Output = AttentionLayout.Contiguous(heads, queries, head),
            Mask = new AttentionLayout(0, 0, keys),
        };
        var random = new Random(queries + (31 * keys) + (1009 * head));
        float[] Draw(int length) => [.. KernelAssert.Random(random, length).Select(v => 3 * v)];
        _q = Draw(batch * heads * queries * head);
        _k = Draw(batch * heads / sharing * keys * head);
        _v = Draw(_k.Length);
        _dOutput = Draw(_q.Length);
        Mask = masked ? [.. Draw(queries * keys).Select(v => v < -2 ? float.NegativeInfinity : v)] : [];
    }

    public float[] Mask { get; }

    public (float[] Output, float[] LogSumExp) Forward(SimdLevel level, int parts)
    {
        var (output, logSumExp) = (new float[_q.Length], new float[_shape.Items * _shape.QueryLength]);
        var scratch = new float[Attention.ForwardScratch(_shape)];
        for (var part = 0; part < parts; part++)
        {
            Array.Fill(scratch, float.NaN);
            Attention.Forward(level, _shape, _q, _k, _v, Mask, output, logSumExp, scratch, part, parts);
        }

        return (output, logSumExp);
    }

    public (float[] Dq, float[] Dk, float[] Dv) Backward(SimdLevel level, int parts)
    {
        var (output, logSumExp) = Forward(level, 1);
        var keys = _k.Length * (_shape.IsSpread ? _shape.Sharing : 1);
        var (dq, dk, dv) = (new float[_q.Length], new float[keys], new float[keys]);
        var scratch = new float[Attention.BackwardScratch(_shape)];
        for (var part = 0; part < parts; part++)
        {
            Array.Fill(scratch, float.NaN);
            Attention.Backward(level, _shape, _q, _k, _v, Mask, output, logSumExp, _dOutput, dq, dk, dv, scratch, part, parts);
        }

        return (dq, Gathered(dk), Gathered(dv));
    }

    public (double[] Output, double[] LogSumExp) Reference()
    {
        var (output, logSumExp) = (new double[_q.Length], new double[_shape.Items * _shape.QueryLength]);
        ForEachRow((item, row, p, log) =>
        {
            logSumExp[(item * _shape.QueryLength) + row] = log;
            for (var key = 0; key < p.Length; key++)
            {
                for (var i = 0; i < _shape.HeadSize; i++)
                {
                    output[QueryIndex(item, row, i)] += p[key] * _v[KeyIndex(item, key, i)];
                }
            }
        });
        return (output, logSumExp);
    }

    public (double[] Dq, double[] Dk, double[] Dv) ReferenceGradients()
    {
        var (dq, dk, dv) = (new double[_q.Length], new double[_k.Length], new double[_v.Length]);
        ForEachRow((item, row, p, _) =>
        {
            var dp = new double[p.Length];
            for (var key = 0; key < p.Length; key++)
            {
                for (var i = 0; i < _shape.HeadSize; i++)
                {
                    dp[key] += _dOutput[QueryIndex(item, row, i)] * (double)_v[KeyIndex(item, key, i)];
                    dv[KeyIndex(item, key, i)] += p[key] * _dOutput[QueryIndex(item, row, i)];
                }
            }

            var sum = p.Zip(dp, (a, b) => a * b).Sum();
            for (var key = 0; key < p.Length; key++)
            {
                var ds = _shape.Scale * p[key] * (dp[key] - sum);
                for (var i = 0; i < _shape.HeadSize; i++)
                {
                    dq[QueryIndex(item, row, i)] += ds * _k[KeyIndex(item, key, i)];
                    dk[KeyIndex(item, key, i)] += ds * _q[QueryIndex(item, row, i)];
                }
            }
        });
        return (dq, dk, dv);
    }

    /// <summary>Calls with each row's probabilities (zero where hidden) and the logarithm of its sum.</summary>
    private void ForEachRow(Action<int, int, double[], double> visit)
    {
        for (var item = 0; item < _shape.Items; item++)
        {
            for (var row = 0; row < _shape.QueryLength; row++)
            {
                var e = new double[_shape.KeyLength];
                for (var key = 0; key < e.Length; key++)
                {
                    var hidden = _shape.Causal && key > row + _shape.KeyLength - _shape.QueryLength;
                    var s = 0.0;
                    for (var i = 0; i < _shape.HeadSize; i++)
                    {
                        s += _q[QueryIndex(item, row, i)] * (double)_k[KeyIndex(item, key, i)];
                    }

                    var mask = Mask.Length == 0 ? 0 : Mask[(row * _shape.KeyLength) + key];
                    e[key] = hidden ? 0 : Math.Exp((s * _shape.Scale) + mask);
                }

                var sum = e.Sum();
                visit(item, row, [.. e.Select(v => sum == 0 ? 0 : v / sum)], Math.Log(sum));
            }
        }
    }

    private int QueryIndex(int item, int row, int i) => (((item * _shape.QueryLength) + row) * _shape.HeadSize) + i;

    private int KeyIndex(int item, int key, int i) => ((((item / _shape.Sharing) * _shape.KeyLength) + key) * _shape.HeadSize) + i;

    /// <summary>Gradients of each head that were left apart, summed over those that share keys, in their order.</summary>
    private float[] Gathered(float[] gradient)
    {
        if (!_shape.IsSpread)
        {
            return gradient;
        }

        var (result, size) = (new float[_k.Length], _shape.KeyLength * _shape.HeadSize);
        for (var i = 0; i < gradient.Length; i++)
        {
            result[(i / size / _shape.Sharing * size) + (i % size)] += gradient[i];
        }

        return result;
    }
}
