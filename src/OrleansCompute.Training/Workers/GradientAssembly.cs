using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Workers;

/// <summary>
/// The gradient of one step of a worker, in buckets: sums up micro-batches, and announces each bucket as soon as the last of them has filled it. The
/// memory stays. Announcements of a model's parts may come from several threads.
/// </summary>
internal sealed class GradientAssembly
{
    private readonly GradientBucketPlan _plan;
    private readonly float[][] _values;
    private readonly int[] _missing;
    private readonly List<(int Offset, int Length)> _final = [];
    private readonly Lock _gate = new();

    public GradientAssembly(GradientBucketPlan plan)
        : this(plan, [.. Enumerable.Range(0, plan.Count).Select(bucket => new float[plan.Range(bucket).Length])])
    {
    }

    /// <summary>Uses given memory: one array per bucket.</summary>
    public GradientAssembly(GradientBucketPlan plan, float[][] values)
    {
        (_plan, _values) = (plan, values);
        _missing = new int[plan.Count];
    }

    public GradientBucketPlan Plan => _plan;

    /// <summary>The values of a bucket.</summary>
    public float[] Values(int bucket) => _values[bucket];

    /// <summary>Takes in all gradients of a micro-batch that is not the last one.</summary>
    public void Add(ReadOnlySpan<float> gradients, bool isFirst) => Write(0, gradients, isFirst, null);

    /// <summary>Begins the last micro-batch.</summary>
    public void BeginLast()
    {
        _final.Clear();
        for (var bucket = 0; bucket < _missing.Length; bucket++)
        {
            _missing[bucket] = _values[bucket].Length;
        }
    }

    /// <summary>Takes in a part of the last micro-batch's gradients, which is final.</summary>
    /// <param name="offset">Where it begins in the vector.</param>
    /// <param name="part">Its gradients.</param>
    /// <param name="isFirst">Whether this is the only micro-batch.</param>
    /// <param name="ready">Told of every bucket that is full now.</param>
    public void Finish(int offset, ReadOnlySpan<float> part, bool isFirst, Action<GradientBucket>? ready)
    {
        lock (_gate)
        {
            _final.Add((offset, part.Length));
            Write(offset, part, isFirst, ready);
        }
    }

    /// <summary>Takes in what no part was announced of.</summary>
    public void FinishRest(ReadOnlySpan<float> gradients, bool isFirst, Action<GradientBucket>? ready)
    {
        _final.Sort(static (a, b) => a.Offset.CompareTo(b.Offset));
        var end = gradients.Length;
        for (var i = _final.Count - 1; i >= -1; i--)
        {
            var (offset, length) = i >= 0 ? _final[i] : (0, 0);
            if (offset + length < end)
            {
                Write(offset + length, gradients[(offset + length)..end], isFirst, ready);
            }

            end = offset;
        }
    }

    private void Write(int offset, ReadOnlySpan<float> part, bool isFirst, Action<GradientBucket>? ready)
    {
        // From the end, as buckets are numbered.
        while (!part.IsEmpty)
        {
            var bucket = _plan.BucketOf(offset + part.Length - 1);
            var (start, _) = _plan.Range(bucket);
            var from = Math.Max(start, offset) - offset;
            var values = part[from..];
            var target = _values[bucket].AsSpan(offset + from - start, values.Length);
            if (isFirst)
            {
                values.CopyTo(target);
            }
            else
            {
                GradientReducer.AddTo(target, values);
            }

            if (ready is not null && (_missing[bucket] -= values.Length) == 0)
            {
                ready(new GradientBucket(bucket, _values[bucket]));
            }

            part = part[..from];
        }
    }
}
