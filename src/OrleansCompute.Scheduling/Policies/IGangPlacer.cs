using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>Puts the gangs of one round onto nodes.</summary>
internal interface IGangPlacer
{
    /// <summary>Takes what a job requests, of one type; none where that has no place.</summary>
    Allocation Take(int job, int type);
}
