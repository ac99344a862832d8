using System.Diagnostics;

namespace ILGPU.Runtime.CPU;

/// <summary>Everything is done when its call returns.</summary>
internal sealed class CpuStream(Accelerator accelerator) : AcceleratorStream(accelerator)
{
    public override void Synchronize()
    {
        VerifyNotDisposed();
        Accelerator.Verify();
    }

    protected override ProfilingMarker AddProfilingMarkerInternal() => new Marker(Accelerator);

    protected override void DisposeAcceleratorObject(bool disposing)
    {
    }

    private sealed class Marker(Accelerator accelerator) : ProfilingMarker(accelerator)
    {
        private readonly long _time = Stopwatch.GetTimestamp();

        public override void Synchronize()
        {
        }

        public override TimeSpan MeasureFrom(ProfilingMarker marker) => marker is Marker other
            ? Stopwatch.GetElapsedTime(other._time, _time)
            : throw new ArgumentException("The marker belongs to another accelerator. Measure between markers of one.", nameof(marker));

        protected override void DisposeAcceleratorObject(bool disposing)
        {
        }
    }
}
