using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Speed;

/// <summary>How fast a job is beside another on the same accelerators, as far as that was measured. Pure.</summary>
public interface IColocationModel
{
    /// <summary>
    /// The part of its speed alone, on the same accelerators, that the job keeps while another computes there too, both with
    /// <paramref name="accelerators"/>: 0 to 1, or a little more where measurements vary; 0 where that is not known or does not work (the
    /// memory of one may not do for both). Whoever asks has to ask both: the job and the other.
    /// </summary>
    /// <param name="other">The other job.</param>
    /// <param name="acceleratorType">Type of the accelerators.</param>
    /// <param name="accelerators">Their number, the same for both, 1 or more.</param>
    double SpeedBeside(JobSnapshot other, string acceleratorType, int accelerators);
}
