using System.Globalization;

namespace Orleans;

/// <summary>Sets how long a grain of the class may idle.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public class CollectionAgeLimitAttribute : Attribute
{
    /// <summary>The shortest limit.</summary>
    public static readonly TimeSpan MinAgeLimit = TimeSpan.FromMinutes(1);

    private readonly TimeSpan? _given;

    /// <summary>Takes the limit from the properties.</summary>
    public CollectionAgeLimitAttribute()
    {
    }

    /// <summary>Takes the limit as a time span in the invariant format.</summary>
    public CollectionAgeLimitAttribute(string inactivityPeriod) => _given = TimeSpan.Parse(inactivityPeriod, CultureInfo.InvariantCulture);

    /// <summary>Days, added to the rest.</summary>
    public double Days { get; set; }

    /// <summary>Hours, added to the rest.</summary>
    public double Hours { get; set; }

    /// <summary>Minutes, added to the rest.</summary>
    public double Minutes { get; set; }

    /// <summary>Whether it never is collected.</summary>
    public bool AlwaysActive { get; set; }

    /// <summary>The limit, at least <see cref="MinAgeLimit"/>.</summary>
    public TimeSpan AgeLimit
    {
        get
        {
            if (AlwaysActive)
            {
                return Timeout.InfiniteTimeSpan;
            }

            var span = _given ?? (TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes));
            return span < MinAgeLimit ? MinAgeLimit : span;
        }
    }
}
