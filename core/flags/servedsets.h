#pragma once

#include "core/flags/flagevaluation.h"
#include "core/flags/servedflags.h"

#include <cstddef>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace Weir {

/// The values that answers gave, each combination once: most users get one of few, and one user mostly the
/// same. Finding a combination again takes no memory. Bounded; what has been let go is made anew.
class ServedSets
{
public:
    using Values = std::vector<ServedValue>;

    /// What is given by these, without those that are omitted. Never null.
    std::shared_ptr<const Values> of(std::span<const FlagOutcome> outcomes);
    /// Of equal ones the first.
    std::shared_ptr<const Values> shared(std::shared_ptr<const Values> values);

    /// Another number after each combination that was not there before.
    std::size_t additions() const { return m_additions; }

private:
    void keep(std::size_t hash, std::shared_ptr<const Values> values);

    std::unordered_map<std::size_t, std::shared_ptr<const Values>> m_sets; ///< By hash.
    std::size_t m_valueCount = 0, m_additions = 0;
};

} // namespace Weir
